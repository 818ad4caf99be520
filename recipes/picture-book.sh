#!/usr/bin/env bash
# Trains the model in the box from nothing: data, tokenizer, VQGAN, text tower and U-ViT.
#   recipes/picture-book.sh [FOLDER]        artifacts/picture-book unless another is given
# The result is FOLDER/model. Started again it goes on where it was; each training says now and then how far it is and how long it will take. Needs npm, 4 GB of memory
# and 5 GB of disk; a processor with bfloat16 (AVX-512 BF16 or AMX) is some three times as fast as one without. models/picture-book/README.md has the times.
# Each size below may be set in the environment: SCENES=100000 recipes/picture-book.sh. AMUSED is the program, PICTURE_BOOK what draws, DRAWINGS an icon set in place of the fetched one.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
folder=${1:-$root/artifacts/picture-book}
: "${AMUSED:=$root/amused}" "${PICTURE_BOOK:=$root/tools/picture-book}" "${DRAWINGS:=}"
: "${SIDE:=256}" "${SCENES:=60000}" "${VQ_SCENES:=12000}" "${HELD_OUT:=500}"
: "${VOCABULARY:=1024}" "${TEXT_LENGTH:=32}"
: "${VQ_SIZES:=$root/recipes/picture-book/vq.json}" "${CROP_STEPS:=3500}" "${WHOLE_STEPS:=1200}" "${THING_STEPS:=900}" "${QUANTIZED_STEPS:=4500}" "${VQ_BATCH:=8}"
: "${MODEL_SIZES:=$root/recipes/picture-book/model.json}" "${THINGS_STEPS:=12000}" "${LAST_STEPS:=3000}" "${BATCH:=32}" "${CHECKPOINT_EVERY:=250}"
precision=bf16
grep -qE 'avx512_bf16|amx_bf16' /proc/cpuinfo 2> /dev/null || precision=fp32

if [[ -d $folder/model ]]; then
  echo "$folder/model: there already"
  exit
fi

part() { echo "picture-book: part $1 of 7: $2" >&2; }

part 1 "the drawings"
if [[ -z $DRAWINGS ]]; then
  "$root/recipes/fetch-drawings.sh" "$folder/drawings"
  DRAWINGS=$folder/drawings/fluent-emoji-flat.tgz
fi

part 2 "scenes: $VQ_SCENES for the VQGAN, $SCENES for the U-ViT, $HELD_OUT of combinations that neither sees"
scenes=(--size "$SIDE" --masks --drawings "$DRAWINGS")
"$PICTURE_BOOK" make-dataset "$folder/scenes/held-out" --count "$HELD_OUT" --seed 2 --split held-out "${scenes[@]}"
"$PICTURE_BOOK" make-dataset "$folder/scenes/pictures" --count "$VQ_SCENES" --seed 3 "${scenes[@]}"

part 3 "the VQGAN: $CROP_STEPS steps on crops and $WHOLE_STEPS on whole pictures, then $THING_STEPS with things before all and $QUANTIZED_STEPS with codes"
# With all alike it learns fastest; once it knows the backdrop, which is most of a picture, things are to count. In float32, which takes less time than bfloat16 on layers as
# narrow as the outermost.
vq=(--data "$folder/scenes/pictures" --validation-data "$folder/scenes/held-out" --resolution "$SIDE" --batch-size "$VQ_BATCH" --precision fp32 --checkpoint-every "$CHECKPOINT_EVERY" --resume latest)
[[ -d $folder/autoencoder/vqvae ]] ||
  "$AMUSED" train-vq "${vq[@]}" --model-config "$VQ_SIZES" --output "$folder/autoencoder" --crop-steps "$CROP_STEPS" --whole-steps "$WHOLE_STEPS" --quantized-steps 0
[[ -d $folder/vq/vqvae ]] ||
  "$AMUSED" train-vq "${vq[@]}" --model "$folder/autoencoder" --output "$folder/vq" --crop-steps 0 --whole-steps "$THING_STEPS" --quantized-steps "$QUANTIZED_STEPS" \
    --background-weight 0.1 --locality-weight 0.08

part 4 "the tokenizer"
"$PICTURE_BOOK" make-dataset "$folder/scenes/train" --count "$SCENES" --seed 4 "${scenes[@]}"
[[ -d $folder/tokenizer ]] ||
  "$AMUSED" train-tokenizer "$folder/scenes/train" --vocab-size "$VOCABULARY" --max-length "$TEXT_LENGTH" --output "$folder/tokenizer"

part 5 "tokens of the scenes"
for split in train held-out; do
  shards=$folder/shards/$split
  [[ -d $shards ]] || {
    "$AMUSED" encode "$folder/scenes/$split" --vqvae "$folder/vq" --tokenizer "$folder/tokenizer" --text-length "$TEXT_LENGTH" --text ids --resolution "$SIDE" --output "$shards.part"
    mv "$shards.part" "$shards"
  }
done

part 6 "U-ViT and text tower: $THINGS_STEPS updates with things before all, then $LAST_STEPS"
# With all alike in the end, so that what is in doubt isn't taken for a thing.
common=(--model-config "$MODEL_SIZES" --vqvae "$folder/vq" --tokenizer "$folder/tokenizer" --train-text-encoder --data "$folder/shards/train" --batch-size "$BATCH"
  --validation-data "$folder/shards/held-out"
  --condition-dropout 0.1 --contiguous-masks 0.25 --optimizer muon --lr-warmup-steps 20 --max-grad-norm 1 --precision $precision --checkpoint-every "$CHECKPOINT_EVERY" --resume latest)
"$AMUSED" train "${common[@]}" --output "$folder/things" --background-weight 0.3 --learning-rate 1.5e-3 --lr-scheduler constant_with_warmup --max-steps "$THINGS_STEPS"
"$AMUSED" train "${common[@]}" --output "$folder/run" --init-from "$folder/things" --learning-rate 1.5e-3 --lr-scheduler linear --max-steps "$LAST_STEPS"

part 7 "the model"
rm -rf "$folder/model.part"
"$AMUSED" convert "$folder/run" --output "$folder/model.part" --precision fp16 --steps 12 --guidance-scale 2
cp "$folder/scenes/train/words.json" "$folder/model.part/words.json"
mv "$folder/model.part" "$folder/model"
