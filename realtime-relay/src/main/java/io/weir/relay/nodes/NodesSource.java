package io.weir.relay.nodes;

import io.lettuce.core.LettuceFutures;
import io.lettuce.core.cluster.PipelinedRedisFuture;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.weir.relay.conversation.Message;
import io.weir.relay.conversation.MessageStore;
import io.weir.relay.conversation.Retold;
import io.weir.relay.conversation.Role;
import io.weir.relay.conversation.StoredAnswer;
import io.weir.relay.log.LogConfig;
import io.weir.relay.log.StreamLogs;
import io.weir.relay.presence.Presences;
import io.weir.relay.redis.Redis;
import io.weir.relay.redis.RedisConfig;
import io.weir.relay.redis.UnfitServerException;
import io.weir.relay.topics.Hub;
import io.weir.relay.topics.Voices;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Decides by configuration whether this relay is alone or one of several. */
@Singleton
class NodesSource {
    private static final Logger LOG = Logger.getLogger(NodesSource.class);

    private final Place where;
    private final NodesConfig config;
    private final RedisConfig redisConfig;
    private @Nullable Together together;

    /** Where the logs of streams are. */
    enum Place {
        /** In this process. */
        MEMORY,
        /** In Redis too, so that other processes have them. */
        REDIS
    }

    NodesSource(
            @ConfigProperty(name = "weir.relay.log", defaultValue = "memory") Place where,
            NodesConfig config,
            RedisConfig redisConfig) {
        this.where = where;
        this.config = config;
        this.redisConfig = redisConfig;
    }

    @Produces
    @Singleton
    Nodes nodes(
            StreamLogs logs,
            LogConfig logConfig,
            Hub hub,
            Voices voices,
            Presences presences,
            MessageStore messages,
            Vertx vertx) {
        if (where == Place.MEMORY) {
            return new Alone();
        }
        var place = new Together.Place(
                logs,
                hub,
                voices,
                vertx,
                stream -> Message.id(stream, Role.USER).toString(),
                stream -> messages.answer(stream)
                        .map(stored -> stored.map(StoredAnswer::answer).map(answer -> new Retold(stream, answer)))
                        .subscribeAsCompletionStage());
        var keys = new Keys(redisConfig.prefix(), redisConfig.partitions());
        var made = new Together(
                place,
                config,
                keys,
                presences.node().toString(),
                listener -> new Redis(redisConfig, vertx, listener),
                logConfig.kept());
        together = made;
        return made;
    }

    void start(@Observes StartupEvent started, Nodes nodes) {
        Together made = together;
        if (made == null) {
            return;
        }
        check(made.redis());
        made.start();
    }

    /** Servers that drop keys would lose parts of streams: with them there is no start. */
    private void check(Redis redis) {
        try {
            LettuceFutures.awaitOrCancel(
                    new PipelinedRedisFuture<>(redis.start()),
                    redisConfig.startTimeout().toMillis(),
                    TimeUnit.MILLISECONDS);
            LOG.info("logs are shared through redis");
        } catch (UnfitServerException e) {
            throw new IllegalStateException("weir.relay.log=redis: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            LOG.warnf("redis is away, logs are shared once it is there cause=%s", e.getMessage());
        }
    }

    @PreDestroy
    void stop() {
        Together made = together;
        if (made != null) {
            made.redis().close();
        }
    }
}
