package io.weir.relay.following;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.weir.contracts.problem.ProblemType;
import io.weir.relay.access.Bearer;
import io.weir.relay.access.Share;
import io.weir.relay.access.TokenVerifier;
import io.weir.relay.access.TopicAccess.Granted;
import io.weir.relay.access.Verification;
import io.weir.relay.access.Viewer;
import io.weir.relay.loop.Loop;
import io.weir.relay.loop.Loops;
import io.weir.relay.problem.ProblemException;
import io.weir.relay.problem.RouteProblems;
import io.weir.relay.shares.Shares;
import io.weir.relay.shares.TopicRights;
import io.weir.relay.topics.Hub;
import io.weir.streams.render.Framing;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/topics/{topic}/events}: what is said on a topic, in its own words, as SSE, or as NDJSON where
 * {@code Accept} asks for it. {@code Last-Event-ID} or {@code ?after=} is the cursor of the last event that the reader has.
 */
@Singleton
public class TopicEventsRoute {
    private static final Logger LOG = Logger.getLogger(TopicEventsRoute.class);
    private static final int MAX_TOPIC_BYTES = 255;
    private static final int MAX_UPDATES = 100;

    private final TokenVerifier verifier;
    private final TopicRights rights;
    private final RouteProblems problems;
    private final TopicReader.Setting setting;

    TopicEventsRoute(
            TokenVerifier verifier,
            TopicRights rights,
            Shares shares,
            RouteProblems problems,
            Hub hub,
            TopicReaders readers,
            Vertx vertx,
            Clock clock) {
        this.verifier = verifier;
        this.rights = rights;
        this.problems = problems;
        this.setting = new TopicReader.Setting(hub, readers, rights, shares, vertx, clock);
    }

    void register(@Observes Router router) {
        router.get("/v1/topics/:topic/events").handler(this::handle);
    }

    private void handle(RoutingContext context) {
        Loop loop = Loops.current();
        String token = Bearer.of(context.request().getHeader("Authorization")).orElse(null);
        if (token == null) {
            problems.answer(context, new ProblemException(ProblemType.UNAUTHENTICATED, "Send a bearer token"));
            return;
        }
        verifier.verify(token)
                .chain(verification -> order(context, verification))
                .subscribe()
                .with(
                        order -> loop.run(() -> follow(context, loop, order)),
                        failure -> loop.run(() -> problems.answer(context, failure)));
    }

    private void follow(RoutingContext context, Loop loop, TopicReader.Order order) {
        if (!context.response().closed()) {
            new TopicReader(order, context.response(), loop, setting).start();
        }
    }

    private Uni<TopicReader.Order> order(RoutingContext context, Verification verification) {
        Viewer viewer =
                switch (verification) {
                    case Verification.Verified(Viewer known) -> known;
                    case Verification.Rejected rejected ->
                        throw new ProblemException(ProblemType.UNAUTHENTICATED, rejected.message());
                };
        if (!setting.readers().hasRoom()) {
            throw new ProblemException(ProblemType.RELAY_UNAVAILABLE, "Too many readers; try again");
        }
        HttpServerRequest request = context.request();
        String topic = context.pathParam("topic");
        if (topic.getBytes(StandardCharsets.UTF_8).length > MAX_TOPIC_BYTES) {
            throw new ProblemException(ProblemType.MALFORMED, "A topic name has at most 255 bytes");
        }
        boolean privately = "true".equalsIgnoreCase(request.getParam("private"));
        String after = request.getParam("after");
        String cursor = after == null ? request.getHeader("Last-Event-ID") : after;
        var wishes = new TopicReader.Wishes(
                Framing.ofAccept(String.valueOf(request.getHeader("Accept"))),
                Cursor.parse(cursor == null ? "" : cursor),
                updates(request.getParam("updates_per_second")),
                "true".equalsIgnoreCase(request.getParam("receipts")));
        return access(viewer, topic, privately)
                .map(granted -> new TopicReader.Order(viewer, new TopicReader.Name(topic, privately), granted, wishes));
    }

    private Uni<Granted> access(Viewer viewer, String topic, boolean privately) {
        Optional<Share> share = rights.share(viewer, topic);
        return rights.access(viewer, topic, privately)
                .onFailure()
                .transform(failure -> {
                    LOG.warnf("shares not read cause=%s", failure.getClass().getSimpleName());
                    return new ProblemException(
                            ProblemType.RELAY_UNAVAILABLE, "Shares cannot be read right now; try again");
                })
                .map(access -> {
                    if (access instanceof Granted granted) {
                        return granted;
                    }
                    throw new ProblemException(
                            ProblemType.FORBIDDEN,
                            share.isPresent() ? "This session is not shared with you" : "You may not read this topic");
                });
    }

    private static int updates(@Nullable String text) {
        if (text == null) {
            return 0;
        }
        try {
            int updates = Integer.parseInt(text);
            if (updates >= 1 && updates <= MAX_UPDATES) {
                return updates;
            }
            throw new ProblemException(ProblemType.MALFORMED, "updates_per_second is a number from 1 to 100");
        } catch (NumberFormatException e) {
            throw new ProblemException(ProblemType.MALFORMED, "updates_per_second is a number from 1 to 100");
        }
    }
}
