#!/bin/bash
# Train on maps of your own, and make new ones with the same tiles. Here three small sets are drawn first; put a folder
# of your own Tiled maps, LDtk projects or text maps in the place of one.
#
#   pip install 'playloom[train]'
#   examples/train_on_your_maps.sh [FOLDER] [MINUTES of training a set]
set -euo pipefail
folder=${1:-own-style} minutes=${2:-8}

python "$(dirname "$0")/own_maps.py" "$folder/maps"

# Tiled maps whose tileset says what is solid: new towns can be walked through, and every pond and house is reachable.
playloom train level "$folder/maps/town" -o "$folder/town" --licence own \
  --minutes "$minutes" --force --checkpoints "$folder/run-town"
playloom level town --package "$folder/town" --size 40x32 --seed 1 -o "$folder/new-town.tmx" -o "$folder/new-town.png"

# Text maps: a legend says what the characters mean. `playloom level legend MAPS...` drafts one.
playloom train level "$folder/maps/caves" --legend "$folder/maps/caves.toml" -o "$folder/caves" --licence own \
  --minutes "$minutes" --force --checkpoints "$folder/run-caves"
playloom level caves --package "$folder/caves" --enemies 6 --seed 1 -o "$folder/new-cave.txt"

# Nothing is known of these tiles: nobody checks that a map can be played, but only neighbours that were seen in
# the maps stand side by side.
playloom train level "$folder/maps/ruins" -o "$folder/ruins" --licence own \
  --minutes "$minutes" --force --checkpoints "$folder/run-ruins"
playloom level ruins --package "$folder/ruins" --size 60x16 --seed 1 -o "$folder/new-ruin.tmj" -o "$folder/new-ruin.png"

echo "open $folder/new-town.tmx and $folder/new-ruin.tmj in Tiled"
