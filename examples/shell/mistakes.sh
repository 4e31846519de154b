#!/usr/bin/env bash
# The issuer of issuer.sh, each with one mistake that real issuers made.
#
# `bash mistakes.sh NAME` runs it; the verdict names the requirement in the comment.
. "$(dirname "$0")/issuer.sh"

case $1 in
  # BC-CLIENT-01, in healthy: echo adds a newline, which is encoded with the token.
  echoed-token)
    authorization() { printf 'Authorization: Bearer %s' "$(echo "$1" | base64_of)"; }
    ;;
  # BC-CLIENT-10, in long-tokens: base64 wraps its lines, and the header ends after the first.
  broken-base64)
    base64_of() { base64 | head -n 1; }
    ;;
  # BC-CLIENT-09, in healthy: the file names have no extension for their type.
  no-content-type)
    push() {
      [[ -e $work/site/$1 ]] || sed "s|/$1.json|/$1|" "$work/site/$1.json" > "$work/site/$1"
      patiently POST issue "$work/pushed.$1" "{\"badge\": \"$site/$1\"}" > /dev/null
    }
    ;;
  # BC-CLIENT-05, in earner-denies: missing callback parameters are empty strings.
  unread-error)
    connect() {
      printf %s "$BACKPACK_URL/api" > "$work/api_root"
      keep "" ""
    }
    main() {
      serve
      trap 'kill %1; rm -r "$work"' EXIT
      curl -s -o /dev/null "$BACKPACK_ACCESS_URL?scope=issue&callback=$(encoded "$site/callback?state=0123456789abcdef")"
      connect
      award 1 "" "" ""
      push 1 || echo "0 of 1 badges are in the Backpack"
    }
    ;;
  # BC-CLIENT-14, in busy: the job ends and never pushes the badge again.
  no-queue)
    TRIES=1
    ;;
  # BC-CLIENT-06, in expired-token: curl fails, and the job does not know why.
  no-refresh)
    renew() { return 1; }
    ;;
esac

main
