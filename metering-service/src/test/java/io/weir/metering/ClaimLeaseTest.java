package io.weir.metering;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.scheduler.Scheduler;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.holds.ClaimReply;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.StreamId;
import jakarta.inject.Inject;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A claim renews the lease of its gateway once a second at most: claims of one gateway do not wait for each other. */
@QuarkusTest
@QuarkusTestResource(LedgerDatabase.class)
class ClaimLeaseTest {
    private final Metering metering = new Metering();
    private final String gateway = "claims-" + Metering.stream();
    private final AccountId account = metering.accountWith(1_000_000);

    @Inject
    Scheduler scheduler;

    @BeforeEach
    void sweepByHandOnly() {
        scheduler.pause();
    }

    @AfterEach
    void goOn() {
        scheduler.resume();
    }

    @Test
    void doesNotTouchALeaseThatWasJustRenewed() throws SQLException {
        // Given: such a lease, for as long as a slow machine may take
        claim("1");
        lease("lease_until = clock_timestamp() + interval '10 min'");

        // When: another claim has the row, and has not committed
        try (var connection = Shared.database().getConnection();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SELECT FROM gateway_lease WHERE gateway = '" + gateway + "' FOR UPDATE");

            // Then
            assertThat(claim("1").won()).isTrue();
            connection.rollback();
        }
    }

    @Test
    void renewsAnOlderOne() {
        claim("1");
        lease("lease_until = clock_timestamp() + interval '30 s'");

        assertThat(claim("1").won()).isTrue();

        assertThat(Sql.number("SELECT count(*) FROM gateway_lease WHERE gateway = '" + gateway
                        + "' AND lease_until > clock_timestamp() + interval '35 s'"))
                .isOne();
    }

    @Test
    void renewsTheOneOfAProcessThatHasMoved() {
        claim("1");
        lease("address = 'http://elsewhere', lease_until = clock_timestamp() + interval '10 min'");

        assertThat(claim("1").won()).isTrue();

        assertThat(Sql.number("SELECT count(*) FROM gateway_lease WHERE gateway = '" + gateway
                        + "' AND address <> 'http://elsewhere'"))
                .isOne();
    }

    @Test
    void refusesAProcessThatWasReplacedHoweverYoungItsLeaseIs() {
        claim("1");
        claim("2");
        lease("lease_until = clock_timestamp() + interval '10 min'");

        assertThat(metering.claim(reserved(), gateway, "1").status()).isEqualTo(409);
    }

    private ClaimReply claim(String incarnation) {
        return metering.claim(reserved(), gateway, incarnation).as(ClaimReply.class);
    }

    private StreamId reserved() {
        var request = Metering.request(account);
        assertThat(metering.reserve(request).status()).isEqualTo(201);
        return request.streamId();
    }

    private void lease(String set) {
        Sql.run("UPDATE gateway_lease SET " + set + " WHERE gateway = '" + gateway + "'");
    }
}
