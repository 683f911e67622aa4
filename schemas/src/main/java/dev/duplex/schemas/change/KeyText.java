package dev.duplex.schemas.change;

/** Names the row of a change for people: {@code (id)=(5)}. Of a row, no other value is shown. */
public final class KeyText {
  private static final int LONGEST = 200;

  private KeyText() {}

  /** The key that addressed the row. */
  public static String of(Change change, RowFormat format) {
    int image = change.before() == Change.NONE ? change.after() : change.before();
    if (image == Change.NONE) {
      return "(the whole table)";
    }
    StringBuilder names = new StringBuilder();
    StringBuilder values = new StringBuilder();
    AvroReader in = new AvroReader();
    in.reset(change.bytes(), image);
    for (int i = 0; i < format.fields().size(); i++) {
      if (format.fields().get(i).key()) {
        names.append(names.isEmpty() ? "" : ",").append(format.fields().get(i).column());
        values.append(values.isEmpty() ? "" : ",");
        FieldText.appendAny(format.fields().get(i), in, values);
      } else {
        format.skipField(in, i);
      }
    }
    return names.isEmpty() ? "(a row without key)" : "(" + cut(names) + ")=(" + cut(values) + ")";
  }

  private static String cut(StringBuilder text) {
    return text.length() <= LONGEST ? text.toString() : text.substring(0, LONGEST) + "...";
  }
}
