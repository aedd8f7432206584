package io.weir.metering;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.holds.ClaimReply;
import io.weir.contracts.holds.Receipt;
import io.weir.contracts.holds.ReserveReply;
import io.weir.contracts.holds.SettleReply;
import io.weir.contracts.holds.UpdateBatch.Update;
import io.weir.contracts.holds.UpdateReply;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(LedgerDatabase.class)
class HoldLifecycleTest {
    private static final long CREDIT = 1_000_000;
    private final Metering metering = new Metering();

    @Test
    void chargesAStreamFromReserveToReceipt() {
        // Given
        var account = metering.accountWith(10 * CREDIT);
        var request = Metering.request(account);

        // When: 100 prompt tokens at 500 nano and 60 s of 50 tokens at 2000 nano are held
        var reserved = metering.reserve(request);
        var hold = reserved.as(ReserveReply.class);
        var claim = metering.claim(hold.streamId(), "g-life", "1").as(ClaimReply.class);
        var update = metering.update("g-life", "1", new Update(hold.streamId(), 1, Totals.counted(120, 40), false));
        var settled = metering.settle(hold.streamId(), Metering.settlement(1, new Totals(120, 20, 0, 333, 33)));

        // Then
        assertThat(reserved.status()).isEqualTo(201);
        assertThat(reserved.body().path("grantedMicro").isTextual()).isTrue();
        assertThat(hold.grantedMicro()).isEqualTo(50 + 6000);
        assertThat(hold.last()).isFalse();
        assertThat(hold.leaseSeconds()).isEqualTo(60);
        assertThat(hold.availableMicro()).isEqualTo(10 * CREDIT - 6050);
        assertThat(claim.won()).isTrue();
        assertThat(claim.epoch()).isEqualTo(1);
        assertThat(claim.cancelled()).isFalse();
        var reply = update.as(UpdateReply.class);
        assertThat(reply.timeline()).isEqualTo(1);
        assertThat(reply.streams()).singleElement().satisfies(s -> {
            assertThat(s.accepted()).isTrue();
            assertThat(s.grantedMicro()).isEqualTo(6050);
            assertThat(s.availableMicro()).isEqualTo(10 * CREDIT - 6050);
        });
        var cost = settled.as(SettleReply.class);
        // 100 × 500 + 20 × 50 + 333 × 2000 nano = 717,000 nano
        assertThat(cost.chargeMicro()).isEqualTo(717);
        assertThat(cost.receivableMicro()).isZero();
        assertThat(cost.availableMicro()).isEqualTo(10 * CREDIT - 717);
        var receipt = metering.receipt(hold.streamId()).as(Receipt.class);
        assertThat(receipt.chargeMicro()).isEqualTo(717);
        assertThat(receipt.tokens()).isEqualTo(new Totals(120, 20, 0, 333, 33));
        assertThat(receipt.usageSource()).isEqualTo(UsageSource.AGENT);
        assertThat(receipt.endReason()).isEqualTo(EndReason.COMPLETED);
        assertThat(receipt.state()).isEqualTo("settled");
        assertThat(receipt.model()).isEqualTo("demo-1");
        assertThat(receipt.entries()).extracting(Receipt.Entry::leg).containsExactly("charge", "revenue");
        var view = metering.view(account);
        assertThat(view.balanceMicro()).isEqualTo(10 * CREDIT - 717);
        assertThat(view.heldMicro()).isZero();
        assertThat(view.openStreams()).isZero();
        Audits.assertClean(metering);
    }
}
