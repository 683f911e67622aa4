package dev.duplex.schemas.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplex.schemas.table.SqlType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class WireTypeTest {
  @ParameterizedTest
  @CsvSource({
    "boolean, BOOLEAN",
    "smallint, INT",
    "integer, INT",
    "bigint, LONG",
    "oid, LONG",
    "real, FLOAT",
    "double precision, DOUBLE",
    "bytea, BYTES",
    "uuid, UUID",
    "date, DATE",
    "time without time zone, TIME",
    "timestamp without time zone, LOCAL_TIMESTAMP",
    "timestamp with time zone, TIMESTAMP",
    "time with time zone, TEXT",
    "text, TEXT",
    "bpchar, TEXT",
    "character varying, TEXT",
    "interval, TEXT",
    "money, TEXT",
    "jsonb, TEXT",
    "integer[], TEXT",
    "public.integer, TEXT",
    "public.mood, TEXT",
    "numeric, TEXT"
  })
  void shouldChooseByTheTypesName(String sqlType, WireType expected) {
    assertThat(WireType.of(SqlType.of(sqlType))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "10, 2, DECIMAL",
    "1, 0, DECIMAL",
    "1000, 0, DECIMAL",
    "1000, 1000, DECIMAL",
    "3, -2, TEXT",
    "1000, -1000, TEXT",
    "2, 5, TEXT"
  })
  void shouldCarryNumericAsDecimalWhereAvroHasSuchAScale(
      int precision, int scale, WireType expected) {
    assertThat(OneColumn.numeric(precision, scale).carrier()).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource(WireType.class)
  void shouldRecogniseEachBranchAfterItWasWrittenAsJson(WireType carrier) {
    Schema branch = carrier.branch(OneColumn.numericType(10, 2));

    assertThat(WireType.of(branch)).isEqualTo(carrier);
    assertThat(WireType.of(new Schema.Parser().parse(branch.toString()))).isEqualTo(carrier);
  }

  @Test
  void shouldGiveDecimalsTheColumnsPrecisionAndScale() {
    Schema branch = WireType.DECIMAL.branch(OneColumn.numericType(38, 9));

    assertThat(branch.getLogicalType()).isEqualTo(LogicalTypes.decimal(38, 9));
  }

  @Test
  void shouldRefuseABranchThatNoColumnHas() {
    assertThatThrownBy(() -> WireType.of(Schema.createArray(Schema.create(Schema.Type.INT))))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
