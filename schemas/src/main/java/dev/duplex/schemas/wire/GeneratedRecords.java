package dev.duplex.schemas.wire;

import dev.duplex.schemas.avro.Progress;
import org.apache.avro.util.ClassSecurityValidator;

/** The classes that Avro has generated from the control records' schemas. */
public final class GeneratedRecords {
  static {
    // What the program already trusts stays so.
    ClassSecurityValidator.setGlobal(
        ClassSecurityValidator.composite(
            ClassSecurityValidator.getGlobal(),
            type -> type.getPackageName().equals(Progress.class.getPackageName())));
  }

  private GeneratedRecords() {}

  /** Lets Avro load these classes, which it does of trusted packages only. */
  public static void trust() {
    // The class is initialised now.
  }
}
