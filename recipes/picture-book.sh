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
"$amused" make-dataset "$folder/scenes/train" --count 60000 --seed 4 --masks --drawings "$drawings"
"$amused" make-dataset "$folder/scenes/held-out" --count 500 --seed 2 --split held-out --masks --drawings "$drawings"

[[ -d $folder/tokenizer ]] ||
  "$amused" train-tokenizer "$folder/scenes/train" --vocab-size 1024 --max-length 32 --output "$folder/tokenizer"

# Unquantised on crops, then on whole pictures, then with codes. The backdrop is most of a picture, and learnt at once: things are to count.
[[ -d $folder/vq/vqvae ]] ||
  "$amused" train-vq --data "$folder/scenes/train" --validation-data "$folder/scenes/held-out" --model-config "$configs/vq.json" --output "$folder/vq" \
    --crop-steps 3500 --whole-steps 2000 --quantized-steps 2500 --batch-size 8 --background-weight 0.1 --locality-weight 0.08 \
    --precision $precision --checkpoint-every 500 --resume latest

[[ -d $folder/shards ]] || {
  "$amused" encode "$folder/scenes/train" --vqvae "$folder/vq" --tokenizer "$folder/tokenizer" --text-length 32 --text ids --resolution 128 --output "$folder/shards.part"
  mv "$folder/shards.part" "$folder/shards"
}

# U-ViT and text tower together: first with things before all, then as the pictures are, so that what is in doubt isn't taken for a thing.
common=(--model-config "$configs/model.json" --vqvae "$folder/vq" --tokenizer "$folder/tokenizer" --train-text-encoder --data "$folder/shards" --batch-size 32
  --condition-dropout 0.1 --contiguous-masks 0.25 --optimizer muon --lr-warmup-steps 20 --max-grad-norm 1 --precision $precision --checkpoint-every 250 --resume latest)
"$amused" train "${common[@]}" --output "$folder/things" --background-weight 0.3 --learning-rate 1.5e-3 --lr-scheduler constant_with_warmup --max-steps 12000
"$amused" train "${common[@]}" --output "$folder/run" --init-from "$folder/things" --learning-rate 1.5e-3 --lr-scheduler linear --max-steps 3000

[[ -d $folder/model ]] ||
  "$amused" convert "$folder/run" --output "$folder/model" --precision fp16 --steps 12 --guidance-scale 2
