# Sourced by the install scripts: apt-get that waits for whoever holds its locks (an unattended upgrade, say), because a
# machine that was just switched on is often busy with that.
export DEBIAN_FRONTEND=noninteractive

APT_LOCK_TIMEOUT_S=${APT_LOCK_TIMEOUT_S:-600}

# apt_get COMMAND...: dpkg's locks have a setting for waiting, the one of the package lists has none.
apt_get() {
  local until=$((SECONDS + APT_LOCK_TIMEOUT_S)) errors code said=
  errors=$(mktemp)
  while :; do
    code=0
    apt-get -qq -o "DPkg::Lock::Timeout=$APT_LOCK_TIMEOUT_S" "$@" 2>"$errors" >/dev/null || code=$?
    if [ "$code" -eq 0 ] || [ "$SECONDS" -ge "$until" ] || ! grep -q 'Could not get lock' "$errors"; then
      cat "$errors" >&2
      rm -f "$errors"
      return "$code"
    fi
    [ -n "$said" ] || echo "waiting for another package manager, ${APT_LOCK_TIMEOUT_S} s at most: $(head -1 "$errors")" >&2
    said=yes
    sleep 2
  done
}

# apt_install PACKAGE...
apt_install() {
  apt_get update
  apt_get install -y --no-install-recommends "$@"
}
