package io.weir.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.contracts.stream.EndReason;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** One question and what its viewers saw of the answer. */
record Exchange(User user, String question, List<Viewer> viewers) {
    private static final int SHOWN = 40;

    /** A gateway that has started again settles what its journal says; who comes later finds the sweeper's receipt. */
    private static final Duration SETTLED_WITHIN = Duration.ofSeconds(30);

    /** Whether it went on, or waited to be settled, while this happened. */
    boolean met(Happening happening) {
        return happening.overlaps(
                viewers.getFirst().begunNanos(), viewers.getFirst().endedNanos() + SETTLED_WITHIN.toNanos());
    }

    String stream() {
        return viewers.getFirst().stream();
    }

    String reason() {
        return viewers.getFirst().reason();
    }

    /** False where the edge could not bring the question to a gateway, and said so: there is no answer then. */
    boolean answered() {
        return !viewers.getFirst().isRefused()
                && Arrays.stream(EndReason.values())
                        .anyMatch(reason -> reason.wire().equals(reason()));
    }

    /** What is not as it should be where nobody got an answer: that one was billed. */
    List<String> billedUnanswered() {
        if (stream().isEmpty()) {
            return List.of();
        }
        JsonNode receipt =
                Json.parse(user.get("/api/streams/" + stream() + "/receipt").body());
        return receipt.path("chargeMicro").asLong() == 0
                ? List.of()
                : List.of("unanswered and billed: %s; %s".formatted(receipt, viewers.getFirst()));
    }

    /**
     * What is not as it should be once everything is at rest: each viewer has the text and the reason of the closed log, the
     * receipt has that reason, and what was completed is the whole answer.
     *
     * @param edge where the log is read
     * @param whole the whole answer
     * @param settlerLost whether a process failed that settles this stream: its receipt may be the sweeper's then, which
     *     reads no logs and says {@code orphaned}
     */
    List<String> differences(URI edge, String whole, boolean settlerLost) {
        var wrong = new ArrayList<String>();
        Viewer log = new Viewer(new User(edge, user.name(), user.token()), new Random(0), false).follow(stream());
        for (Viewer viewer : viewers) {
            if (!viewer.text().equals(log.text())) {
                wrong.add(
                        "text: %s; log %s; %s".formatted(difference(viewer.text(), log.text()), log.reason(), viewer));
            }
            if (!viewer.reason().equals(log.reason())) {
                wrong.add("reason: log %s; %s".formatted(log.reason(), viewer));
            }
        }
        if (log.reason().equals(EndReason.COMPLETED.wire()) && !log.text().equals(whole)) {
            wrong.add("answer: %s; %s".formatted(difference(log.text(), whole), viewers.getFirst()));
        }
        JsonNode receipt = user.settledReceipt(stream());
        String billed = receipt.path("endReason").asText();
        boolean swept = settlerLost && billed.equals(EndReason.ORPHANED.wire());
        if (!billed.equals(log.reason()) && !swept) {
            wrong.add("receipt: %s, log %s; %s".formatted(receipt, log.reason(), viewers.getFirst()));
        }
        return wrong;
    }

    private static String difference(String has, String should) {
        int at = 0;
        while (at < has.length() && at < should.length() && has.charAt(at) == should.charAt(at)) {
            at++;
        }
        return "at %d of %d/%d \"%s\" not \"%s\""
                .formatted(at, has.length(), should.length(), piece(has, at), piece(should, at));
    }

    private static String piece(String text, int from) {
        return text.substring(from, Math.min(text.length(), from + SHOWN)).replace('\n', ' ');
    }
}
