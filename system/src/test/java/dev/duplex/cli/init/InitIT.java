package dev.duplex.cli.init;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.cli.TestLink;
import dev.duplex.cli.TestLink.Output;
import dev.duplex.lab.PostgresServer;
import dev.duplex.lab.PostgresVersion;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;

final class InitIT {
  private static final String SLOTS =
      "SELECT count(*) FROM pg_replication_slots WHERE slot_name = 'duplex_%s'";

  @Test
  void shouldSetALinkUpAndFindNothingToDoThen() throws Exception {
    TestLink link = new TestLink();
    link.onPrimary("CREATE TABLE a (id int PRIMARY KEY, v text)", "INSERT INTO a VALUES (1, 'x')");
    Output first = link.duplex("init");
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.out()).contains("create publication duplex_" + link.name());
    assertThat(first.err()).contains("existing rows are not copied");
    assertThat(TestLink.value(link.lab().secondary(), link.name(), "SELECT count(*) FROM a"))
        .isEqualTo("0");

    Output second = link.duplex("init");
    assertThat(second.code()).as(second.err()).isZero();
    assertThat(second.out().strip()).isEqualTo("link " + link.name() + " is set up already");
    assertThat(second.err()).isEmpty();
  }

  @Test
  void shouldOnlySayWhatItWouldDo() throws Exception {
    TestLink link = new TestLink();
    link.onPrimary("CREATE TABLE a (id int PRIMARY KEY)");
    Output output = link.duplex("init", "--copy", "--dry-run");
    assertThat(output.code()).as(output.err()).isZero();
    assertThat(output.out())
        .contains("would create topic " + link.name() + ".changes")
        .contains("would copy the rows of table public.a")
        .contains("nothing was changed");
    assertThat(TestLink.value(link.lab().primary(), link.name(), SLOTS.formatted(link.name())))
        .isEqualTo("0");
    assertThat(
            TestLink.value(
                link.lab().primary(), link.name(), "SELECT count(*) FROM pg_publication"))
        .isEqualTo("0");
    assertThat(topics(link)).noneMatch(topic -> topic.startsWith(link.name() + "."));
  }

  @Test
  void shouldNameEverythingThatCannotBeReachedAtOnce() throws Exception {
    TestLink link = new TestLink();
    link.with("primary", "{ jdbc-url: \"jdbc:postgresql://127.0.0.1:1/x\", username: u }")
        .with("secondary", "{ jdbc-url: \"jdbc:postgresql://127.0.0.1:1/x\", username: u }")
        .with("kafka", "{ bootstrap.servers: \"127.0.0.1:1\" }")
        .with("registry", "{ url: \"http://127.0.0.1:1\" }");
    Output output = link.duplex("init");
    assertThat(output.code()).isEqualTo(1);
    assertThat(output.err().lines()).hasSize(4).allMatch(line -> line.startsWith("duplex: "));
    assertThat(output.err())
        .contains("primary: cannot connect", "secondary: cannot connect")
        .contains("check kafka.bootstrap.servers", "check registry.url");
  }

  @Test
  void shouldNameAllThatTheRoleLacks() throws Exception {
    TestLink link = new TestLink();
    String role = "r_" + link.name();
    link.onPrimary(
        "CREATE TABLE a (id int PRIMARY KEY)", "CREATE ROLE " + role + " LOGIN PASSWORD 'secret1'");
    link.onSecondary("CREATE ROLE " + role + " LOGIN PASSWORD 'secret1'");
    link.with("primary", link.access(link.lab().primary(), role, "secret1"))
        .with("secondary", link.access(link.lab().secondary(), role, "secret1"));
    Output output = link.duplex("init");
    assertThat(output.code()).isEqualTo(1);
    assertThat(output.err())
        .contains("ALTER ROLE " + role + " REPLICATION")
        .contains("GRANT CREATE ON DATABASE " + link.name() + " TO " + role)
        .contains("table public.a belongs to postgres")
        .contains("session_replication_role")
        .doesNotContain("secret1");
    assertThat(output.err().lines()).allMatch(line -> line.startsWith("duplex: "));
  }

  @Test
  void shouldRefuseAServerWithoutLogicalLog() throws Exception {
    TestLink link = new TestLink();
    try (PostgresServer replica =
        PostgresServer.local(
            link.lab().directory().resolve("replica"),
            PostgresVersion.selected(),
            Map.of("wal_level", "replica"))) {
      replica.start();
      replica.createDatabase(link.name());
      Output output = link.with("primary", link.access(replica)).duplex("init");
      assertThat(output.code()).isEqualTo(1);
      assertThat(output.err()).contains("set wal_level = logical");
    }
  }

  @Test
  void shouldReportEveryProblemOfTheConfiguration() throws Exception {
    TestLink link = new TestLink();
    link.with("tabels", "1")
        .with("topics", "{ replication-factor: many }")
        .and("kafka", "x: \"${NO_SUCH_VARIABLE_HERE}\"");
    Output output = link.duplex("init");
    assertThat(output.code()).isEqualTo(2);
    assertThat(output.err()).contains("tabels", "replication-factor", "NO_SUCH_VARIABLE_HERE");
  }

  @Test
  void shouldRefuseKeylessTablesThatAreRewritten() throws Exception {
    TestLink link = new TestLink();
    link.onPrimary(
        "CREATE TABLE kept (v int)",
        "CREATE TABLE log (v int)",
        "INSERT INTO kept VALUES (1)",
        "UPDATE kept SET v = 2",
        "SELECT pg_stat_force_next_flush()");
    Output refused = link.duplex("init");
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err())
        .contains("table public.kept has no primary key")
        .doesNotContain("log");

    Output allowed = link.and("primary", "exclude: [\"public.kept\"]").duplex("init");
    assertThat(allowed.code()).as(allowed.err()).isZero();
    assertThat(allowed.err()).contains("table public.log has no primary key: only inserts");
  }

  @Test
  void shouldUseTheFullRowWhereConfigured() throws Exception {
    TestLink link = new TestLink();
    link.onPrimary("CREATE TABLE log (v int)");
    Output output = link.and("primary", "keyless: full-row").duplex("init");
    assertThat(output.code()).as(output.err()).isZero();
    assertThat(
            TestLink.value(
                link.lab().primary(),
                link.name(),
                "SELECT relreplident FROM pg_class WHERE oid = 'log'::regclass"))
        .isEqualTo("f");
  }

  @Test
  void shouldAddNewTablesWhenRunAgain() throws Exception {
    TestLink link = new TestLink();
    link.onPrimary("CREATE TABLE a (id int PRIMARY KEY)");
    assertThat(link.duplex("init").code()).isZero();
    link.onPrimary("CREATE TABLE b (id int PRIMARY KEY)");
    Output output = link.duplex("init");
    assertThat(output.code()).as(output.err()).isZero();
    assertThat(output.out()).contains("add table public.b to publication");
    assertThat(output.err()).contains("existing rows of public.b are not copied");
  }

  @Test
  void shouldHaltWhenTheSlotIsGone() throws Exception {
    TestLink link = new TestLink();
    link.onPrimary("CREATE TABLE a (id int PRIMARY KEY)");
    assertThat(link.duplex("init").code()).isZero();
    link.onPrimary("SELECT pg_drop_replication_slot('duplex_" + link.name() + "')");
    Output output = link.duplex("init");
    assertThat(output.code()).isEqualTo(4);
    assertThat(output.err()).contains("CAPTURE_LOST").contains("duplex init --recopy");
  }

  @Test
  void shouldGoOnWhereItWasKilled() throws Exception {
    TestLink link = new TestLink();
    link.onPrimary("CREATE TABLE a (id int PRIMARY KEY)");
    assertThat(link.duplex("init").code()).isZero();
    // As if it had been killed before the head was written.
    try (Admin admin = admin(link)) {
      admin.deleteTopics(Set.of(link.name() + ".progress")).all().get();
    }
    Output output = link.duplex("init");
    assertThat(output.code()).as(output.err()).isZero();
    assertThat(output.out()).contains("write the start of the link");
    Output status = link.with("status", "{ diverged-after: 1s }").duplex("status");
    assertThat(status.code()).isEqualTo(3);
    assertThat(status.out()).contains("PRODUCER_SILENT");
  }

  @Test
  void shouldNotPaperOverALostPlace() throws Exception {
    TestLink link = new TestLink();
    link.onPrimary("CREATE TABLE a (id int PRIMARY KEY)");
    assertThat(link.duplex("init").code()).isZero();
    assertThat(link.duplex("remove", "--topics").code()).isZero();
    Output output = link.duplex("init");
    assertThat(output.code()).isEqualTo(4);
    assertThat(output.err()).contains("the secondary has followed link");
  }

  @Test
  void shouldRefuseATopicOfAnotherShape() throws Exception {
    TestLink link = new TestLink();
    link.onPrimary("CREATE TABLE a (id int PRIMARY KEY)");
    try (Admin admin = admin(link)) {
      admin.createTopics(Set.of(new NewTopic(link.name() + ".changes", 3, (short) 1))).all().get();
    }
    Output output = link.duplex("init");
    assertThat(output.code()).isEqualTo(1);
    assertThat(output.err()).contains("has 3 partitions and must have 1");
  }

  private static Set<String> topics(TestLink link) throws Exception {
    try (Admin admin = admin(link)) {
      return admin.listTopics().names().get();
    }
  }

  private static Admin admin(TestLink link) {
    return Admin.create(Map.of("bootstrap.servers", link.lab().broker().bootstrapServers()));
  }
}
