#!/bin/sh
# Starts the command line inside an image. exec: Java itself gets SIGTERM, ends in order and gives the exit code.
# DUPLEX_OPTS: further options for the JVM, e.g. -Xmx512m.
# shellcheck disable=SC2086 # options are words
exec java -XX:+UseSerialGC -Xmx256m -XX:+ExitOnOutOfMemoryError --enable-native-access=ALL-UNNAMED ${DUPLEX_OPTS:-} \
  -cp '/opt/duplex/app/*:/opt/duplex/lib/*' dev.duplex.cli.Main "$@"
