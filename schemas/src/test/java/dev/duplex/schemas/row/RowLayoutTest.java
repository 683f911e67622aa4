package dev.duplex.schemas.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowLayoutTest {
  private static final Schema ENVELOPE =
      EnvelopeSchema.of(Accounts.LINK, Accounts.table()).envelope();

  @Test
  void shouldTellFromTheSchemaAloneWhatTheWriterWrote() {
    RowLayout layout = RowLayout.of(parse(ENVELOPE.toString()));

    assertThat(layout.table()).isEqualTo(Accounts.ID);
    assertThat(layout.fullRow()).isFalse();
    assertThat(layout.fields())
        .containsExactly(
            new RowField("id", "bigint", WireType.LONG, true, 0),
            new RowField("owner name", "text", WireType.TEXT, false, 0),
            new RowField("balance", "numeric", WireType.DECIMAL, false, 2),
            new RowField("since", "date", WireType.DATE, false, 0));
  }

  @Test
  void shouldTellThatTheWholeRowIsTheKey() {
    Schema envelope = EnvelopeSchema.of(Accounts.LINK, Accounts.table(true)).envelope();

    assertThat(RowLayout.of(envelope).fullRow()).isTrue();
    assertThat(RowLayout.of(envelope).fields()).allMatch(RowField::key);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Another order | {\"name\":\"ts_ms\" | {\"name\":\"ts\"",
        "A field of source more | {\"name\":\"txId\" | {\"name\":\"x\",\"type\":\"int\"},{\"name\":\"txId\"",
        "Another type in source | {\"name\":\"timeline\",\"type\":\"int\"} | {\"name\":\"timeline\",\"type\":\"long\"}",
        "A field of transaction less | ,{\"name\":\"data_collection_order\",\"type\":\"long\"} | ''",
        "No table | \"sql.table\":\"accounts\" | \"sql.tables\":\"accounts\"",
        "No column name | \"sql.name\":\"id\", | ''",
        "No column type | ,\"sql.type\":\"bigint\" | ''",
        "Not nullable | \"type\":[\"null\",\"long\"],\"default\":null,\"sql.name\":\"id\" | \"type\":\"long\",\"sql.name\":\"id\"",
        "Null at the end | \"type\":[\"null\",\"long\"],\"default\":null,\"sql.name\":\"id\" | \"type\":[\"long\",\"null\"],\"sql.name\":\"id\"",
        "No escape | {\"type\":\"int\",\"logicalType\":\"date\"},\"string\"] | {\"type\":\"int\",\"logicalType\":\"date\"}]",
        "An unknown branch | [\"null\",\"long\"],\"default\":null,\"sql.name\":\"id\" | [\"null\",{\"type\":\"array\",\"items\":\"long\"}],\"default\":null,\"sql.name\":\"id\""
      })
  void shouldRefuseAnEnvelopeThatIsNotOurs(String what, String part, String replacement) {
    String json = ENVELOPE.toString();
    assertThat(json).as(what).contains(part);
    Schema foreign =
        parse(json.replaceFirst(Pattern.quote(part), Matcher.quoteReplacement(replacement)));

    assertThatThrownBy(() -> RowLayout.of(foreign))
        .as(what)
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"string\"",
        "{\"type\":\"record\",\"name\":\"Foreign\",\"fields\":[]}",
        "{\"type\":\"record\",\"name\":\"Foreign\",\"fields\":[{\"name\":\"after\",\"type\":\"long\"}]}",
        "{\"type\":\"record\",\"name\":\"Foreign\",\"fields\":[{\"name\":\"after\",\"type\":[\"null\",\"long\"]}]}"
      })
  void shouldRefuseOtherSchemas(String json) {
    assertThatThrownBy(() -> RowLayout.of(parse(json)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is no change envelope");
  }

  private static Schema parse(String json) {
    return new Schema.Parser().parse(json);
  }
}
