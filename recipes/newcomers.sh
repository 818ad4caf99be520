#!/usr/bin/env bash
# Teaches the model in the box three things that it doesn't know, from 300 pictures of them and 600 of what it knows, and draws docs/pictures/newcomers.png: each before and after.
#   recipes/newcomers.sh [FOLDER]        artifacts/newcomers unless another is given
# 700 updates of 16: a quarter of an hour on two cores with bfloat16. Needs npm, ImageMagick and pngquant.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
amused=$root/amused
model=$root/models/picture-book
folder=$(realpath -m "${1:-$root/artifacts/newcomers}")
drawings=$folder/drawings/fluent-emoji-flat.tgz
for tool in montage pngquant; do
  command -v $tool > /dev/null || { echo "newcomers: $tool is missing" >&2; exit 1; }
done

"$root/recipes/fetch-drawings.sh" "$folder/drawings"
"$amused" make-dataset "$folder/new" --newcomers robot,crown,octopus --count 300 --seed 9 --masks --drawings "$drawings"
"$amused" make-dataset "$folder/old" --count 600 --seed 10 --masks --drawings "$drawings"
mkdir -p "$folder/scenes"
for part in new old; do
  cp "$folder/$part/train-00000.tar" "$folder/scenes/$part-00000.tar"
done
"$amused" encode "$folder/scenes" --model "$model" --text ids --resolution 128 --output "$folder/shards"

# The text tower learns along, or new words stay mixed up; what it knows is shown beside, or it goes by the captions' other words.
"$amused" train --model "$model" --train-text-encoder --data "$folder/shards" --batch-size 16 --max-steps 700 --condition-dropout 0.1 --background-weight 0.3 \
  --optimizer muon --learning-rate 1e-3 --lr-scheduler linear --lr-warmup-steps 20 --max-grad-norm 1 --precision bf16 --checkpoint-every 100 --resume latest --output "$folder/taught"

pictures=()
for which in "$model" "$folder/taught"; do
  name=$folder/$(basename "$which")
  "$amused" generate --prompt "a big robot in the middle on a meadow by day" --prompt "a big crown in the middle in the snow by day" \
    --prompt "a big octopus on the left in the snow at night" --model "$which" --seed 7 --precision bf16 --output "$name.png"
  pictures+=("$name"-?.png)
done
montage "${pictures[@]}" -tile 3x -filter point -geometry 192x192+3+3 "$folder/newcomers.png"
pngquant --nofs --force --output "$root/docs/pictures/newcomers.png" 128 "$folder/newcomers.png"
