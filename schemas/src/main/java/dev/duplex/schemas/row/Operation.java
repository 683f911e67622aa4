package dev.duplex.schemas.row;

/** Debezium's {@code op}. */
public enum Operation {
  CREATE('c'),
  UPDATE('u'),
  DELETE('d'),
  /** A row of a copy. */
  READ('r'),
  TRUNCATE('t');

  private final char code;

  Operation(char code) {
    this.code = code;
  }

  public char code() {
    return code;
  }

  /**
   * The operation of a code.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Operation of(char code) {
    return switch (code) {
      case 'c' -> CREATE;
      case 'u' -> UPDATE;
      case 'd' -> DELETE;
      case 'r' -> READ;
      case 't' -> TRUNCATE;
      default -> throw new IllegalArgumentException("op '" + code + "' is none of c u d r t");
    };
  }
}
