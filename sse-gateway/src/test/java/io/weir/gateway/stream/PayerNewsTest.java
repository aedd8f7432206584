package io.weir.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import io.weir.contracts.stream.Totals;
import io.weir.gateway.fakes.Await;
import io.weir.gateway.fakes.SseCall;
import io.weir.gateway.fakes.Surroundings;
import io.weir.gateway.fakes.Tickets;
import io.weir.streams.append.AppendFrame;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the relay is told beside the log, for those who pay; and what it tells, for those who produce. */
@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class PayerNewsTest extends OneStream {
    @Test
    void tellsWhatAStreamCostsWithEveryAnswerOfMeteringAndAtLastItsBill() {
        // Given
        hold.granted(1_000_000, 500_000, 3_000_000);
        world.agent().script(talk -> {
            talk.scaffold().words(5);
            talk.later(1500, later -> later.say(" end").completed(9, 9));
        });
        // When
        gateway.open(stream, "demo").awaitEnd();
        Await.until("the bill", () -> !usages().isEmpty() && usages().getLast().last());
        // Then what it costs is told while it runs, by the function of the bill, and never less than before
        List<AppendFrame.Usage> usages = usages();
        List<AppendFrame.Usage> live = usages.subList(0, usages.size() - 1);
        assertThat(live).isNotEmpty().noneMatch(AppendFrame.Usage::last);
        for (AppendFrame.Usage usage : live) {
            assertThat(usage.chargeMicro()).isEqualTo(Tickets.PRICE.chargeMicro(usage.totals()));
        }
        assertThat(live).extracting(AppendFrame.Usage::chargeMicro).isSorted();
        assertThat(live.getLast().totals().output()).isPositive();
        assertThat(live.getLast().grantedMicro()).isEqualTo(hold.granted());
        assertThat(live.getLast().availableMicro()).isEqualTo(3_000_000 - hold.granted());
        // And the last one is what metering has answered
        AppendFrame.Usage bill = usages.getLast();
        assertThat(bill.totals()).isEqualTo(Totals.counted(9, 9));
        assertThat(bill.chargeMicro()).isEqualTo(1);
        assertThat(bill.availableMicro()).isEqualTo(1);
    }

    @Test
    void tellsARelayThatDoesNotKnowItNothingNew() {
        // Given a relay of before
        world.relay().features("");
        world.relay().down();
        world.relay().up();
        world.relay().awaitGateway();
        try {
            world.agent().script(talk -> {
                talk.scaffold().words(5);
                talk.later(1200, later -> later.say(" end").completed(9, 9));
            });
            // When
            gateway.open(stream, "demo").awaitEnd();
            hold.settled();
            Await.until("all acknowledged", () -> open.size() == 0);
            // Then
            assertThat(hold.updates()).isNotEmpty();
            assertThat(world.relay().log(stream).text()).endsWith("end");
            assertThat(usages()).isEmpty();
        } finally {
            world.relay().features("usage, batches");
            world.relay().down();
            world.relay().up();
        }
    }

    @Test
    void sendsWhatComesTogetherInOneMessage() {
        // Given an agent whose first events come in one piece
        world.relay().largestMessage();
        world.agent().script(talk -> talk.scaffold().words(5).completed(9, 9));
        // When
        gateway.open(stream, "demo").awaitEnd();
        world.relay().log(stream).terminal();
        // Then
        assertThat(world.relay().largestMessage()).isGreaterThan(1);
        assertThat(world.relay().log(stream).text()).endsWith("word4");
    }

    @Test
    void knowsHowFarAStreamHasReachedWhom() {
        // Given
        assertThat(world.relay().gatewaysFeatures()).isEqualTo("batches, receipts");
        world.agent().script(talk -> talk.scaffold().words(5));
        SseCall call = gateway.open(stream, "demo").awaitText("word4");
        assertThat(receipts("internal").body()).isEqualTo("{\"streamId\":\"" + stream + "\",\"receipts\":[]}");
        // When
        world.relay().send(new AppendFrame.Receipt(stream, "alice", 3, 0));
        world.relay().send(new AppendFrame.Receipt(stream, "alice", 5, 2));
        // Then
        Await.until("the receipt", () -> receipts("internal").body().contains("\"read\":2"));
        JsonObject receipt = new JsonObject(receipts("internal").body())
                .getJsonArray("receipts")
                .getJsonObject(0);
        assertThat(receipt.getString("account")).isEqualTo("alice");
        assertThat(receipt.getLong("delivered")).isEqualTo(5);
        assertThat(receipts("append").statusCode()).isEqualTo(403);
        // When it is over, there is nobody to ask
        gateway.stop(stream, world.keys().getPrivate(), "internal");
        call.awaitEnd();
        Await.until("the end", () -> receipts("internal").statusCode() == 404);
    }

    private List<AppendFrame.Usage> usages() {
        return world.relay().usages(stream);
    }

    private HttpResponse<String> receipts(String scope) {
        return gateway.call(
                "GET", "/v1/streams/" + stream + "/receipts", "", world.keys().getPrivate(), scope);
    }
}
