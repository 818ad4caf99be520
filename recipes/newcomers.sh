#!/usr/bin/env bash
# Teaches the model in the box three things that it doesn't know, from 300 pictures of them and 600 of what it knows, and draws docs/pictures/newcomers.png: each before and after.
#   recipes/newcomers.sh [FOLDER]        artifacts/newcomers unless another is given
# 700 updates of 16: a quarter of an hour on two cores with bfloat16. Needs npm, ImageMagick and pngquant.
# Each size below may be set in the environment. AMUSED is the program, PICTURE_BOOK what draws, DRAWINGS an icon set in place of the fetched one, PICTURES the folder of the picture.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
model=$root/models/picture-book
folder=$(realpath -m "${1:-$root/artifacts/newcomers}")
: "${AMUSED:=$root/amused}" "${PICTURE_BOOK:=$root/tools/picture-book}" "${DRAWINGS:=}" "${PICTURES:=$root/docs/pictures}"
: "${SIDE:=128}" "${NEW_SCENES:=300}" "${OLD_SCENES:=600}" "${STEPS:=700}" "${BATCH:=16}" "${CHECKPOINT_EVERY:=100}"
for tool in montage pngquant; do
  command -v $tool > /dev/null || { echo "newcomers: $tool is missing" >&2; exit 1; }
done

if [[ -z $DRAWINGS ]]; then
  "$root/recipes/fetch-drawings.sh" "$folder/drawings"
  DRAWINGS=$folder/drawings/fluent-emoji-flat.tgz
fi
"$PICTURE_BOOK" make-dataset "$folder/new" --newcomers robot,crown,octopus --count "$NEW_SCENES" --seed 9 --size "$SIDE" --masks --drawings "$DRAWINGS"
"$PICTURE_BOOK" make-dataset "$folder/old" --count "$OLD_SCENES" --seed 10 --size "$SIDE" --masks --drawings "$DRAWINGS"
mkdir -p "$folder/scenes"
for part in new old; do
  cp "$folder/$part/train-00000.tar" "$folder/scenes/$part-00000.tar"
done
"$AMUSED" encode "$folder/scenes" --model "$model" --text ids --resolution "$SIDE" --output "$folder/shards"

# The text tower learns along, or new words stay mixed up; what it knows is shown beside, or it goes by the captions' other words.
"$AMUSED" train --model "$model" --train-text-encoder --data "$folder/shards" --batch-size "$BATCH" --max-steps "$STEPS" --condition-dropout 0.1 --background-weight 0.3 \
  --optimizer muon --learning-rate 1e-3 --lr-scheduler linear --lr-warmup-steps 20 --max-grad-norm 1 --precision bf16 --checkpoint-every "$CHECKPOINT_EVERY" --resume latest --output "$folder/taught"

pictures=()
for which in "$model" "$folder/taught"; do
  name=$folder/$(basename "$which")
  "$AMUSED" generate --prompt "a big robot in the middle on a meadow by day" --prompt "a big crown in the middle in the snow by day" \
    --prompt "a big octopus on the left in the snow at night" --model "$which" --seed 7 --precision bf16 --output "$name.png"
  pictures+=("$name"-?.png)
done
montage "${pictures[@]}" -tile 3x -filter point -geometry 192x192+3+3 "$folder/newcomers.png"
pngquant --nofs --force --output "$PICTURES/newcomers.png" 128 "$folder/newcomers.png"
