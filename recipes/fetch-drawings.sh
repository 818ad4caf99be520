#!/usr/bin/env bash
# Fetches the drawings that `tools/picture-book make-dataset` draws with, in the versions that our pictures were drawn with:
#   recipes/fetch-drawings.sh [FOLDER]      FOLDER/fluent-emoji-flat.tgz and FOLDER/noto.tgz; artifacts/drawings unless another is given
# Each is checked against its sum and its licence. Needs npm, tar and sha512sum or shasum.
set -euo pipefail
folder=${1:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/artifacts/drawings}

for program in npm tar; do
  command -v "$program" > /dev/null || { echo "fetch-drawings: $program is missing" >&2; exit 1; }
done

sum() { if command -v sha512sum > /dev/null; then sha512sum "$1"; else shasum -a 512 "$1"; fi | cut -d ' ' -f 1; }

fetch() {
  local name=$1 version=$2 licence=$3 expected=$4 work packed
  if [[ -f $folder/$name.tgz && $(sum "$folder/$name.tgz") == "$expected" ]]; then
    echo "$folder/$name.tgz: there already"
    return
  fi
  work=$(mktemp -d "$folder/.fetch.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  packed=$work/$(npm pack --silent --pack-destination "$work" "@iconify-json/$name@$version")
  if [[ $(sum "$packed") != "$expected" ]]; then
    echo "fetch-drawings: @iconify-json/$name $version has another SHA-512 than it had: $(sum "$packed")" >&2
    exit 1
  fi
  if ! tar -xzOf "$packed" package/package.json | grep -q "\"license\": \"$licence\""; then
    echo "fetch-drawings: @iconify-json/$name $version is not under $licence" >&2
    exit 1
  fi
  mv "$packed" "$folder/$name.tgz"
  rm -rf "$work"
  trap - EXIT
  echo "$folder/$name.tgz: $name $version, $licence"
}

mkdir -p "$folder"
fetch fluent-emoji-flat 1.2.6 MIT 458e3b4603dbe3b7d8522cab03ae2c20e2f4f94534dacdbdb17a4d05b2104415253e57cd1532949990c4446bb10ecffbc8d196a9062fb9a4983353387d15e553
fetch noto 1.2.9 Apache-2.0 0d08ae5c435bba7e35721f973d2579e47f456962a91d3cb3e3a6082ad49a2980f87c80c3ccbd6d47a1f89e9fd3dfc8dfad301e237adc285d26a8761e65502e6b
