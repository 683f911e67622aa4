package dev.duplex.config;

/** A value that must not be shown: its text is {@code ***} wherever it is printed. Immutable. */
public final class Secret {
  private final String value;

  /** Hides the given value. */
  public Secret(String value) {
    this.value = value;
  }

  /** The value itself, to be handed to whoever needs it and to nobody else. */
  public String reveal() {
    return value;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret && secret.value.equals(value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public String toString() {
    return "***";
  }
}
