# What ./amused, ./test and tools/picture-book share: what a machine has to give before anything is built or run, and one line that says so where
# it doesn't; and how a program is built where that is needed. Sourced by bash; `program` is the name that messages begin with, `root` the clone.

fail() {
  echo "$program: $*" >&2
  exit 1
}

# The folder of the dotnet on the PATH; empty where there is none. It may be a link, or a script that starts another one.
dotnet_on_path() {
  local command folder
  command=$(command -v dotnet) || return 0
  folder=$(dirname "$(readlink -f "$command")")
  [[ -d $folder/shared ]] || folder=$(dotnet --list-runtimes 2> /dev/null | sed -n 's|^Microsoft\.NETCore\.App 10\..* \[\(.*\)/shared/Microsoft\.NETCore\.App\]$|\1|p' | head -n 1)
  echo "$folder"
}

# Finds .NET 10, on the PATH or where its installers put it, and exports it as DOTNET_ROOT: programs look for themselves only where the
# system's packages put it, and say that .NET isn't installed.
find_dotnet() {
  local folder
  for folder in "$(dotnet_on_path)" "${DOTNET_ROOT:-}" "${HOME:-}/.dotnet" /usr/share/dotnet /usr/lib/dotnet /usr/lib64/dotnet /usr/local/share/dotnet; do
    if [[ -n $folder ]] && compgen -G "$folder/shared/Microsoft.AspNetCore.App/10.*" > /dev/null; then
      unset DOTNET_ROOT_X64
      export DOTNET_ROOT=$folder PATH=$folder:$PATH
      return
    fi
  done
  fail "the .NET 10 SDK is missing: install it (https://dotnet.microsoft.com/download) and start again"
}

# .NET keeps each library open that it has loaded.
require_open_files() {
  local limit
  limit=$(ulimit -Hn)
  [[ $limit == unlimited || $limit -ge 256 ]] || fail "no more than $limit files may be open at once here, and 256 are needed: raise the limit (ulimit -n)"
}

# The user's name, or number where it has none.
me() { id -un 2> /dev/null || true; }

# Gives a build what it takes: the SDK, a folder to write to, and a home and a place for temporary files where the user has none.
prepare_build() {
  local blocked
  compgen -G "$DOTNET_ROOT/sdk/[1-9][0-9].*" > /dev/null ||
    fail "$DOTNET_ROOT holds .NET without its SDK, which building takes: install the .NET 10 SDK (https://dotnet.microsoft.com/download) and start again"
  mkdir -p "$root/artifacts" 2> /dev/null || fail "this clone has to be built first, and $(me) may not write to $root: $(instead "$root")"
  blocked=$(find "$root/artifacts" \( -type d -o -type f ! -user "$(id -u)" \) ! -writable -print -quit 2> /dev/null) || true
  [[ -z $blocked ]] || fail "this clone has to be built again, and $(me) may not write to $blocked: $(instead "$blocked")"

  if [[ -z ${HOME:-} || ! -w $HOME ]]; then
    export HOME=$root/artifacts/home
    mkdir -p "$HOME"
  fi
  if [[ ! -w ${TMPDIR:-/tmp} ]]; then
    export TMPDIR=$root/artifacts/tmp
    mkdir -p "$TMPDIR"
  fi
  export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
}

# What someone can do who may not write to a file or folder.
instead() {
  local owner
  owner=$(ls -ld "$1" | awk '{ print $3 }')
  if [[ $owner == "$(me)" ]]; then
    echo "make it writable, or make a clone of your own"
  else
    echo "let $owner run it, or make a clone of your own"
  fi
}

# Runs the program of a project (launch PROJECT ARGUMENT...). Builds it at first use, and again whenever its sources are newer than the build.
# AmusedTorch=cuda (or =cpu) in the environment chooses the libtorch to build with; the choice is kept until the next one.
launch() {
  project=$1 name=$(basename "$1")
  shift
  bin=$root/artifacts/bin/$name/release stamp=$root/artifacts/$program.built torch=${AmusedTorch:-}
  # One choice for all programs: their outputs share what is built of the library.
  [[ -n $torch || ! -f $root/artifacts/amused.built ]] || torch=$(<"$root/artifacts/amused.built")
  find_dotnet
  require_open_files
  if ! is_current; then
    (
      prepare_build
      exec 9> "$root/artifacts/amused.lock"
      ! command -v flock > /dev/null || flock 9
      is_current || build
    )
  fi
  exec "$bin/$name" "$@"
}

# The stamp is as old as the start of the last good build, and holds what that was built with. Folders count as sources, because a
# deleted file changes only its folder. A link that leads nowhere (the output points into NuGet's cache) asks for a build too.
is_current() {
  local sources=("$root"/src "$root"/build "$root"/models "$root"/*.props "$root"/*.targets)
  [[ $project == src/* ]] || sources+=("$root/$project")
  [[ -x $bin/$name && -f $stamp && ( -z $torch || $torch == "$(<"$stamp")" ) ]] || return 1
  [[ -z $(find "${sources[@]}" -newer "$stamp" -print -quit) ]] || return 1
  [[ -z $(find -L "$bin" -type l -print -quit) ]]
}

build() {
  local log=$root/artifacts/$program.log
  local why="for its first use, in a minute or two"
  if [[ -f $stamp ]]; then
    why="again, because its sources have changed"
    torch=${torch:-$(<"$stamp")}
  fi
  torch=${torch:-cpu}
  echo "$program: building the tool $why ..." >&2
  [[ -z $(find -L "$bin" -type l -print -quit 2>/dev/null) ]] || rm -rf "$bin"
  printf '%s' "$torch" > "$stamp.new"
  # Without the lock's descriptor: the compiler's server outlives the build and would hold the lock.
  if ! dotnet build "$root/$project" -c Release -p:AmusedTorch="$torch" \
      --nologo -v quiet -tl:off > "$log" 2>&1 9>&-; then
    { grep ': error' "$log" | sort -u || cat "$log"; } >&2
    fail "the build failed"
  fi
  mv "$stamp.new" "$stamp"
}
