#!/usr/bin/env bash
# Trains the model in the box from nothing: data, tokenizer, VQGAN, text tower and U-ViT.
#   recipes/picture-book.sh [FOLDER]        artifacts/picture-book unless another is given
# The result is FOLDER/model. Each part goes on from where it was stopped. Needs npm, 4 GB of memory and 3 GB of disk; a processor with bfloat16 (AVX-512 BF16 or AMX)
# is some three times as fast as one without. models/picture-book/README.md has the times.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
amused=$root/amused
configs=$root/recipes/picture-book
folder=${1:-$root/artifacts/picture-book}
drawings=$folder/drawings/fluent-emoji-flat.tgz
precision=bf16
grep -qE 'avx512_bf16|amx_bf16' /proc/cpuinfo 2> /dev/null || precision=fp32

"$root/recipes/fetch-drawings.sh" "$folder/drawings"
"$amused" make-dataset "$folder/scenes/train" --count 150000 --seed 1 --drawings "$drawings"
"$amused" make-dataset "$folder/scenes/held-out" --count 500 --seed 2 --split held-out --drawings "$drawings"

[[ -d $folder/tokenizer ]] ||
  "$amused" train-tokenizer "$folder/scenes/train" --vocab-size 1024 --max-length 32 --output "$folder/tokenizer"

# Unquantised on crops, then on whole pictures, then with codes.
[[ -d $folder/vq/vqvae ]] ||
  "$amused" train-vq --data "$folder/scenes/train" --validation-data "$folder/scenes/held-out" --model-config "$configs/vq.json" --output "$folder/vq" \
    --crop-steps 3500 --whole-steps 2000 --quantized-steps 2000 --batch-size 6 --precision $precision --checkpoint-every 500 --resume latest

[[ -d $folder/shards ]] || {
  "$amused" encode "$folder/scenes/train" --vqvae "$folder/vq" --tokenizer "$folder/tokenizer" --text-length 32 --text ids --resolution 128 --output "$folder/shards.part"
  mv "$folder/shards.part" "$folder/shards"
}

# U-ViT and text tower together.
"$amused" train --model-config "$configs/model.json" --vqvae "$folder/vq" --tokenizer "$folder/tokenizer" --train-text-encoder --data "$folder/shards" --output "$folder/run" \
  --batch-size 32 --condition-dropout 0.1 --optimizer muon --learning-rate 2e-3 --lr-scheduler linear --lr-warmup-steps 100 --max-grad-norm 1 --max-steps 20000 \
  --precision $precision --checkpoint-every 250 --resume latest

"$amused" convert "$folder/run" --output "$folder/model" --precision fp16 --steps 12 --guidance-scale 3
