#!/usr/bin/env bash
# Teaches the model in the box a style from one picture, a page of nine framed scenes, and draws docs/pictures/style.png: the page, and other scenes before and after.
#   recipes/style.sh [FOLDER]        artifacts/style unless another is given
# A LoRA, 250 updates of 8: two minutes on two cores with bfloat16. Needs npm, ImageMagick and pngquant.
# STEPS may be set in the environment. AMUSED is the program, PICTURE_BOOK what draws, DRAWINGS an icon set in place of the fetched one, PICTURES the folder of the picture.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
folder=$(realpath -m "${1:-$root/artifacts/style}")
: "${AMUSED:=$root/amused}" "${PICTURE_BOOK:=$root/tools/picture-book}" "${DRAWINGS:=}" "${PICTURES:=$root/docs/pictures}" "${STEPS:=250}"
for tool in montage convert pngquant; do
  command -v $tool > /dev/null || { echo "style: $tool is missing" >&2; exit 1; }
done
mkdir -p "$folder/scenes" "$folder/parts"

if [[ -z $DRAWINGS ]]; then
  "$root/recipes/fetch-drawings.sh" "$folder/drawings"
  DRAWINGS=$folder/drawings/fluent-emoji-flat.tgz
fi
"$PICTURE_BOOK" make-dataset "$folder/drawn" --count 64 --seed 77 --drawings "$DRAWINGS"
tar -xf "$folder/drawn/train-00000.tar" -C "$folder/scenes"

# All skies and all grounds are on the page: what has been seen by day alone stays with the day.
pictures=()
for number in 02 14 25 33 37 42 58 60 62; do
  scene=$folder/scenes/0000000$number part=$folder/parts/$number
  convert "$scene.png" -shave 8x8 -bordercolor "#e5312c" -border 8x8 "$part.png"
  cp "$scene.txt" "$part.txt"
  pictures+=("$part.png")
done
montage "${pictures[@]}" -tile 3x3 -geometry +0+0 "$folder/page.png"

# The page is shown part by part, at the size that the model draws in.
"$AMUSED" train --model picture-book --recipe styledrop-256 --data "$folder/parts" --batch-size 8 --max-steps "$STEPS" --learning-rate 1e-3 --precision bf16 \
  --lora-targets to_q,to_k,to_v,to_out.0,net.0.proj,net.2,channelwise_linear_1,channelwise_linear_2,conv1,conv2 --resume latest --output "$folder/lora"

prompts=()
for prompt in "a green house on a meadow by day" "a penguin in the snow in the rain" "a blue boat on the sea at sunset"; do
  prompts+=(--prompt "$prompt")
done
"$AMUSED" generate "${prompts[@]}" --seed 5 --precision bf16 --output "$folder/before.png"
"$AMUSED" generate "${prompts[@]}" --seed 5 --precision bf16 --lora "$folder/lora/pytorch_lora_weights.safetensors" --output "$folder/after.png"
montage "$folder"/before-?.png "$folder"/after-?.png -tile 3x -filter point -geometry 190x190+3+3 "$folder/pairs.png"
convert "$folder/page.png" -filter box -resize 386x386 -bordercolor white -border 3x3 "$folder/left.png"
convert "$folder/left.png" "$folder/pairs.png" -gravity center +append "$folder/style.png"
pngquant --nofs --force --output "$PICTURES/style.png" 128 "$folder/style.png"
