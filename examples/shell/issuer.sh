#!/usr/bin/env bash
# A badge issuer in shell, with curl: a nightly job that pushes badges.
#
# It asks an earner for access, hosts its badges, pushes them, refreshes its tokens, and handles a
# Backpack that is slow, overloaded or unreachable. `backpack-conformance issuer` runs it once for
# each situation, with the URLs in environment variables. It awards the badges and exits.
set -u

PATIENCE=${ISSUER_PATIENCE:-10} # seconds response timeout
TRIES=5
work=$(mktemp -d) # what we keep: tokens, and the folder that our site serves
mkdir "$work/site"

# Text

encoded() { # text -> text that may stand in a query
  local text=$1 out= char i
  for ((i = 0; i < ${#text}; i++)); do
    char=${text:i:1}
    case $char in [a-zA-Z0-9.~_-]) out+=$char ;; *) out+=$(printf '%%%02X' "'$char") ;; esac
  done
  printf %s "$out"
}

parameter() { # URL, name -> the parameter, decoded
  local value
  value=$(printf %s "${1#*\?}" | tr '&' '\n' | sed -n "s/^$2=//p")
  value=${value//+/ }
  printf '%b' "${value//%/\\x}"
}

member() { # name -> the member of the JSON object on stdin, a text
  sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p"
}

base64_of() { # text on stdin -> base64 on one line
  base64 | tr -d '\n'
}

# Our site

serve() { # -> our site answers at $site, on a free port
  : > "$work/served"
  python3 -u -m http.server --bind 127.0.0.1 --directory "$work/site" 0 > "$work/served" 2> /dev/null &
  until grep -q 'port [0-9]' "$work/served"; do sleep 0.05; done
  site=http://127.0.0.1:$(sed -n 's/.*port \([0-9]*\).*/\1/p' "$work/served")
}

award() { # number, recipient, salt, type -> the badge is hosted
  [[ -e $work/site/$1.json ]] && return
  printf '{"name": "Analytical Society", "url": "%s"}' "$site" > "$work/site/issuer.json"
  printf '{"name": "Engineer", "description": "Drew up a table.", "criteria": "%s/criteria", "issuer": "%s", "image": "%s"}' \
    "$site" "$site/issuer.json" "data:image/svg+xml,%3Csvg%20xmlns='http://www.w3.org/2000/svg'/%3E" > "$work/site/badge.json"
  printf '{"uid": "%s", "recipient": {"identity": "%s", "salt": "%s", "type": "%s", "hashed": true}, "badge": "%s", "verify": {"type": "hosted", "url": "%s"}, "issuedOn": %s}' \
    "$1" "$2" "$3" "$4" "$site/badge.json" "$site/$1.json" "$(date +%s)" > "$work/site/$1.json"
}

# The earner's permission

connect() { # the earner's browser comes back to our callback, with a state that only we know
  local state back
  state=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  back=$(curl -s -o /dev/null -w '%{redirect_url}' "$BACKPACK_ACCESS_URL?scope=issue&callback=$(encoded "$site/callback?state=$state")")
  is_expected "$state" "$back" || return 1
  [[ -z $(parameter "$back" error) ]] || return 1
  parameter "$back" api_root > "$work/api_root"
  keep "$(parameter "$back" access_token)" "$(parameter "$back" refresh_token)"
}

is_expected() { # state, URL -> whether the callback brings the state
  [[ $(parameter "$2" state) == "$1" ]]
}

keep() { # both tokens
  printf %s "$1" > "$work/access_token"
  printf %s "$2" > "$work/refresh_token"
}

# The API

ask() { # method, endpoint, file for the answer, more for curl -> status on stdout, 000 for no answer
  local method=$1 endpoint=$2 answer=$3
  shift 3
  curl -s --max-time "$PATIENCE" -X "$method" -D "$answer.head" -o "$answer" -w '%{http_code}' "$@" \
    "$(cat "$work/api_root")/$endpoint"
}

authorization() { # token -> the header
  printf 'Authorization: Bearer %s' "$(printf %s "$1" | base64_of)"
}

patiently() { # method, endpoint, file for the answer, body -> status once it means something, or nothing
  local wait=0.2 status token n
  for ((n = 0; n < TRIES; n++)); do
    [[ -e $work/access_token ]] || return 1
    token=$(cat "$work/access_token")
    status=$(ask "$1" "$2" "$3" -H "$(authorization "$token")" -H 'Content-Type: application/json' ${4:+--data "$4"})
    case $status in
      000) sleep "$wait" ;;
      401) renew "$token" || return 1 ;;
      429 | 5??) sleep "$(retry_after "$3.head" "$wait")" ;;
      *) printf %s "$status" && return ;;
    esac
    wait=$(awk "BEGIN {print $wait * 2}")
  done
  return 1
}

retry_after() { # headers, usual seconds -> seconds to wait
  local said
  said=$(sed -n 's/^[Rr]etry-[Aa]fter: *\([^\r]*\).*/\1/p' "$1")
  case $said in
    '') printf %s "$2" ;;
    *[!0-9]*) printf %s $(($(date -d "$said" +%s) - $(date +%s) + 1)) ;;
    *) printf %s "$said" ;;
  esac
}

push() { # number -> whether the badge is in the Backpack
  local status
  status=$(patiently POST issue "$work/pushed.$1" "{\"badge\": \"$site/$1.json\"}") || return 1
  case $status in 200 | 201 | 304 | 409) ;; *) return 1 ;; esac
}

renew() { # old token -> new tokens, once for all who found the old one expired
  local done=0
  until mkdir "$work/lock" 2> /dev/null; do sleep 0.05; done
  [[ -e $work/access_token && $(cat "$work/access_token") != "$1" ]] || refresh || done=1
  rmdir "$work/lock"
  return $done
}

refresh() { # trade the refresh token; without a good answer the earner has to connect again
  local status lost=0 n
  for ((n = 0; n < TRIES && lost < 2; n++)); do
    [[ -e $work/refresh_token ]] || return 1
    status=$(ask POST token "$work/token" -H 'Content-Type: application/json' \
      --data "{\"grant_type\": \"refresh_token\", \"refresh_token\": \"$(cat "$work/refresh_token")\"}")
    case $status in
      200) keep "$(member access_token < "$work/token")" "$(member refresh_token < "$work/token")" && return ;;
      000) lost=$((lost + 1)) ;;
      429 | 5??) sleep "$(retry_after "$work/token.head" 0.2)" ;;
      *) break ;;
    esac
  done
  rm -f "$work/access_token" "$work/refresh_token"
  return 1
}

main() {
  local count=${BACKPACK_AWARDS:-1} status kept=0 n
  serve
  trap 'kill %1; rm -r "$work"' EXIT
  if ! connect || ! status=$(patiently GET identity "$work/identity") || [[ $status != 200 ]]; then
    echo "no Backpack is connected"
    return
  fi
  for ((n = 1; n <= count; n++)); do
    award "$n" "$(member recipient < "$work/identity")" "$(member salt < "$work/identity")" "$(member type < "$work/identity")"
  done
  for ((n = 1; n <= count; n++)); do
    if [[ -n ${BACKPACK_AT_ONCE:-} ]]; then
      (push "$n" && touch "$work/kept.$n") & pushes+=($!)
    else
      push "$n" && touch "$work/kept.$n"
    fi
  done
  [[ -z ${pushes:-} ]] || wait "${pushes[@]}"
  for ((n = 1; n <= count; n++)); do [[ -e $work/kept.$n ]] && kept=$((kept + 1)); done
  echo "$kept of $count badges are in the Backpack"
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then main; fi
