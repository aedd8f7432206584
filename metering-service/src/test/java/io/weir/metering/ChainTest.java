package io.weir.metering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.metering.chain.EntryChain;
import io.weir.metering.chain.EntryMonths;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.YearMonth;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Entries are never changed, lie in their month, and are sealed: whoever changes one behind our back is found out. */
@QuarkusTest
@QuarkusTestResource(LedgerDatabase.class)
class ChainTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Metering metering = new Metering();

    @Inject
    EntryChain chain;

    @Inject
    EntryMonths months;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE entry SET amount = 1",
                "DELETE FROM entry",
                "TRUNCATE entry",
                "UPDATE entry_other SET amount = 1",
                "DELETE FROM %month%",
                "TRUNCATE %month%",
                "DELETE FROM entry_seal"
            })
    void refusesEveryChange(String change) {
        assertThatThrownBy(() -> Sql.run(change.replace("%month%", month(0))))
                .hasMessageContaining("are never changed");
    }

    @Test
    void sealsAndVerifiesWhatIsBooked() {
        var account = metering.accountWith(100);
        long entry = entryOf(account.value());

        sealAll();
        verifyAll();

        var state = state();
        assertThat(state.path("sealedUpTo").asLong()).isGreaterThanOrEqualTo(entry);
        assertThat(state.path("verifiedUpTo")).isEqualTo(state.path("sealedUpTo"));
        assertThat(state.path("verifiedAt").asText()).isNotEmpty();
        assertThat(state.has("brokenAt")).isFalse();
    }

    @Test
    void sealsManyBatchesInOneRound() {
        // Given: more than two seals take, and nothing else to do
        sealAll();
        for (int account = 0; account < 5; account++) {
            String name = metering.accountWith(1).value();
            Sql.run("SELECT account_grant(gen_random_uuid(), '" + name + "', 1, 'purchased', 100, NULL, NULL, 0, NULL,"
                    + " NULL, NULL, 'test', 0, 1000) FROM generate_series(1, 500)");
        }
        long booked = Sql.number("SELECT last_value FROM entry_number");
        long seals = Sql.number("SELECT max(number) FROM entry_seal");

        // When: one notes what there is, if none has yet, and one seals it
        chain.round().await().atMost(LIMIT);
        chain.round().await().atMost(LIMIT);

        // Then
        assertThat(state().path("sealedUpTo").asLong()).isGreaterThanOrEqualTo(booked);
        assertThat(Sql.number("SELECT max(number) FROM entry_seal")).isGreaterThanOrEqualTo(seals + 3);
        assertThat(state().has("brokenAt")).isFalse();
    }

    @Test
    void namesTheEntryThatWasChanged() {
        // Given
        metering.accountWith(100);
        long entry = entryOf(metering.accountWith(101).value());
        metering.accountWith(102);
        sealAll();
        verifyAll();
        String of = " WHERE id = " + entry;

        // When, then: changed
        damage("UPDATE %t SET account = account || 'x'" + of);
        verifyAgain();
        assertThat(state().path("brokenAt").asLong()).isEqualTo(entry);
        assertThat(state().path("verifiedUpTo").asLong()).isLessThan(entry);
        damage("UPDATE %t SET account = left(account, -1)" + of);
        verifyAgain();
        assertThat(state().has("brokenAt")).isFalse();

        // Taken away
        damage("CREATE TABLE taken AS SELECT * FROM %t" + of + "; DELETE FROM %t" + of);
        verifyAgain();
        assertThat(state().path("brokenAt").asLong()).isEqualTo(entry);
        damage("INSERT INTO %t SELECT * FROM taken; DROP TABLE taken");
        verifyAgain();
        Audits.assertClean(metering);
    }

    @Test
    void sealsNothingThatAnEarlierTransactionMayStillAddTo() throws SQLException {
        sealAll();
        try (var late = Shared.database().getConnection()) {
            // Given: a transaction that has its number, and has not ended
            late.setAutoCommit(false);
            number(late, "SELECT pg_current_xact_id()::text::bigint");
            long gap = number(late, "SELECT nextval('entry_number')");
            long younger = entryOf(metering.accountWith(7).value());
            assertThat(younger).isGreaterThan(gap);

            // When
            for (int round = 0; round < 5; round++) {
                chain.seal().await().atMost(LIMIT);
            }

            // Then
            assertThat(state().path("sealedUpTo").asLong()).isLessThan(gap);
            late.rollback();
        }
        sealAll();
        verifyAll();
        Audits.assertClean(metering);
    }

    @Test
    void sealsNothingOfTheYoungestTransactionEither() throws SQLException {
        metering.accountWith(3);
        sealAll();
        try (var late = Shared.database().getConnection()) {
            // Given: a transaction that has its number, has not ended, and none that began after it has ended either
            late.setAutoCommit(false);
            number(late, "SELECT pg_current_xact_id()::text::bigint");
            long id = number(late, "SELECT nextval('entry_number')");

            // When
            for (int round = 0; round < 5; round++) {
                chain.seal().await().atMost(LIMIT);
            }

            // Then
            assertThat(state().path("sealedUpTo").asLong()).isLessThan(id);
            late.rollback();
        }
        sealAll();
        verifyAll();
        Audits.assertClean(metering);
    }

    @Test
    void booksToItsMonthAndFailsInNone() throws SQLException {
        // Given
        months.makeAhead().await().atMost(LIMIT);
        var account = metering.accountWith(5);

        // Then: it lies in its month, and months are there ahead
        assertThat(Sql.number("SELECT count(*) FROM " + month(0) + " WHERE account = '" + account + "'"))
                .isEqualTo(1);
        for (int ahead = 1; ahead <= 3; ahead++) {
            assertThat(Sql.number("SELECT count(*) FROM " + month(ahead))).isZero();
        }
        assertThat(months.makeAhead().await().atMost(LIMIT)).isZero();

        // When the last of them is missing
        Sql.run("DROP TABLE " + month(3));

        // Then what comes in it is booked all the same, and the job makes it again
        try (var connection = Shared.database().getConnection()) {
            connection.setAutoCommit(false);
            assertThat(number(
                            connection,
                            "INSERT INTO entry (grant_id, leg, account, system, amount, booked_at)"
                                    + " SELECT id, 'issued', 'issued', true, 1, clock_timestamp() + interval '3 months'"
                                    + " FROM credit_grant LIMIT 1"
                                    + " RETURNING (tableoid = 'entry_other'::regclass)::integer"))
                    .isEqualTo(1);
            connection.rollback();
        }
        assertThat(months.makeAhead().await().atMost(LIMIT)).isEqualTo(1);
        assertThat(Sql.number("SELECT count(*) FROM " + month(3))).isZero();
        Audits.assertClean(metering);
    }

    private void sealAll() {
        long booked = Sql.number("SELECT last_value FROM entry_number");
        for (int round = 0; round < 1000 && state().path("sealedUpTo").asLong() < booked; round++) {
            chain.seal().await().atMost(LIMIT);
        }
        assertThat(state().path("sealedUpTo").asLong()).isGreaterThanOrEqualTo(booked);
    }

    private void verifyAll() {
        while (chain.verify().await().atMost(LIMIT) > 0) {}
    }

    private void verifyAgain() {
        Sql.run("UPDATE entry_chain SET pass_began = clock_timestamp() - interval '2 days'");
        verifyAll();
    }

    private JsonNode state() {
        return metering.audit().path("chain");
    }

    private static long entryOf(String account) {
        return Sql.number("SELECT max(id) FROM entry WHERE account = '" + account + "'");
    }

    private static String month(int ahead) {
        return "entry_"
                + YearMonth.now(ZoneOffset.UTC).plusMonths(ahead).toString().replace('-', '_');
    }

    /** Only the owner of a table can switch its refusal off. */
    private static void damage(String sql) {
        String table = month(0);
        Sql.run("ALTER TABLE " + table + " DISABLE TRIGGER USER; " + sql.replace("%t", table) + "; ALTER TABLE " + table
                + " ENABLE TRIGGER USER");
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
