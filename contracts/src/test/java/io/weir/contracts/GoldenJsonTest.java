package io.weir.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.weir.contracts.holds.AccountView;
import io.weir.contracts.holds.CancelReply;
import io.weir.contracts.holds.CancelRequest;
import io.weir.contracts.holds.ClaimReply;
import io.weir.contracts.holds.ClaimRequest;
import io.weir.contracts.holds.FenceRefusal;
import io.weir.contracts.holds.FenceReply;
import io.weir.contracts.holds.GrantReply;
import io.weir.contracts.holds.GrantRequest;
import io.weir.contracts.holds.Price;
import io.weir.contracts.holds.Receipt;
import io.weir.contracts.holds.ReserveReply;
import io.weir.contracts.holds.ReserveRequest;
import io.weir.contracts.holds.SettleReply;
import io.weir.contracts.holds.SettleRequest;
import io.weir.contracts.holds.UpdateBatch;
import io.weir.contracts.holds.UpdateReply;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.AgentName;
import io.weir.contracts.id.SessionId;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.id.TenantId;
import io.weir.contracts.problem.Problem;
import io.weir.contracts.problem.ProblemType;
import io.weir.contracts.slots.SlotReply;
import io.weir.contracts.slots.SlotRequest;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.StreamHeader;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import io.weir.contracts.ticket.TicketClaims;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the services write to each other, member by member. {@code -Dgolden.write=true} writes the files anew; the difference
 * is then reviewed like code.
 */
class GoldenJsonTest {
    private static final Path FOLDER = Path.of("src/test/resources/golden");
    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    private static final StreamId STREAM = StreamId.parse("019a9d3e-5c00-7000-8000-00000000002a");
    private static final AccountId ACCOUNT = new AccountId("alice");
    private static final SessionId SESSION = new SessionId("s1");
    private static final AgentName AGENT = new AgentName("demo");
    private static final Totals TOTALS = new Totals(12, 4, 2, 9, 3);
    private static final Price PRICE = new Price(1, 500, 50, 600, 2000, 2000, 0);
    private static final Instant START = Instant.parse("2026-11-20T10:00:00Z");
    private static final ReserveReply RESERVED = new ReserveReply(STREAM, 120_000, 60, false, 9_880_000, PRICE);

    static Stream<Object> records() {
        return Stream.of(
                new ReserveRequest(STREAM, ACCOUNT, SESSION, AGENT, 12, 4096L, 8, "key-1", false, "ab12", false, 10),
                RESERVED,
                new ClaimRequest("gateway-1", "i-1", "http://127.0.0.1:8081"),
                new ClaimReply(true, 1, false, null, null),
                new UpdateBatch(
                        "gateway-1",
                        "i-1",
                        "http://127.0.0.1:8081",
                        List.of(new UpdateBatch.Update(STREAM, 1, TOTALS, true))),
                new UpdateReply(
                        1, 60, List.of(new UpdateReply.Extension(STREAM, true, 240_000, true, 9_760_000, true))),
                new SettleRequest(
                        1,
                        TOTALS,
                        UsageSource.AGENT,
                        EndReason.COMPLETED,
                        "demo-1",
                        "cd34",
                        START,
                        START.plusMillis(300),
                        START.plusSeconds(4)),
                new SettleReply(25, 0, 9_999_975, EndReason.COMPLETED, false),
                new CancelRequest(ACCOUNT),
                new SlotRequest(new TenantId("default"), "battle-cli-stream-7-a", ACCOUNT, STREAM),
                new SlotReply(STREAM),
                new CancelReply(true, "http://127.0.0.1:8081"),
                new FenceReply(2, EndReason.ORPHANED, TOTALS, 25),
                new FenceRefusal(41_000),
                new AccountView(ACCOUNT, 10_000_000, 120_000, 9_880_000, 1),
                new GrantRequest(
                        5_000_000,
                        "promotional",
                        10,
                        START,
                        START.plusSeconds(2_592_000),
                        1_000_000,
                        "monthly allowance"),
                new GrantReply(
                        UUID.fromString("00000000-0000-4000-8000-000000000001"),
                        ACCOUNT,
                        5_000_000,
                        15_000_000,
                        14_880_000,
                        START),
                new Receipt(
                        STREAM,
                        ACCOUNT,
                        SESSION,
                        AGENT,
                        "demo-1",
                        TOTALS,
                        UsageSource.AGENT,
                        1,
                        25,
                        0,
                        List.of(new Receipt.Entry(7, "charge", "alice", -25, START.plusSeconds(4))),
                        EndReason.COMPLETED,
                        START,
                        START.plusMillis(300),
                        START.plusSeconds(4),
                        "settled",
                        false,
                        "cd34",
                        "default"),
                new StreamHeader(
                        new TenantId("default"), ACCOUNT, SESSION, "session:s1", "session", "token", AGENT, "Hello?"),
                new TicketClaims(
                        STREAM,
                        new TenantId("default"),
                        ACCOUNT,
                        SESSION,
                        AGENT,
                        "session:s1",
                        "session",
                        "token",
                        4096L,
                        "ab12",
                        RESERVED),
                Problem.of(
                        ProblemType.INSUFFICIENT_CREDITS, "1,200 micro-credits are left; at least 5,000 are needed."));
    }

    @ParameterizedTest
    @MethodSource("records")
    void isWrittenAndReadAsTheGoldenFileSays(Object contract) throws IOException {
        Path file = FOLDER.resolve(contract.getClass().getSimpleName().toLowerCase(Locale.ROOT) + ".json");
        String written = JSON.writeValueAsString(contract) + "\n";
        if (Boolean.getBoolean("golden.write")) {
            Files.createDirectories(FOLDER);
            Files.writeString(file, written);
        }

        assertThat(written).isEqualTo(Files.readString(file));
        assertThat(JSON.readValue(Files.readString(file), contract.getClass())).isEqualTo(contract);
    }
}
