package io.weir.bench.load;

import java.io.IOException;

/** What the generator speaks: who subscribes how, and who publishes how. */
public enum Kind {
    /** Weir's relay: subscribers of a battle's topic, a token stream over the gateway's append connection. */
    WEIR_STREAM {
        @Override
        Dialect dialect(LoadSpec spec) {
            return new PhoenixDialect(STREAM_TOPIC, true, spec.userTokens());
        }

        @Override
        Publisher publisher(LoadSpec spec, AgentServer agent) {
            return new AppendPublisher(spec.server(), STREAM_TOPIC, spec.serviceToken());
        }
    },
    /** Weir's relay: subscribers of a public topic, a signed-in client's broadcasts. */
    WEIR_BROADCAST {
        @Override
        Dialect dialect(LoadSpec spec) {
            return new PhoenixDialect(BROADCAST_TOPIC, false, spec.userTokens());
        }

        @Override
        Publisher publisher(LoadSpec spec, AgentServer agent) {
            return new PhoenixPublisher(
                    spec.server(), BROADCAST_TOPIC, spec.userTokens().getFirst());
        }
    },
    /** Weir's relay: subscribers of a public topic, a backend's notices over HTTP. */
    WEIR_NOTICE {
        @Override
        Dialect dialect(LoadSpec spec) {
            return new PhoenixDialect(BROADCAST_TOPIC, false, spec.userTokens());
        }

        @Override
        Publisher publisher(LoadSpec spec, AgentServer agent) {
            return new NoticePublisher(
                    spec.server(), BROADCAST_TOPIC, spec.userTokens().getFirst());
        }
    },
    /** nchan's WebSocket subscribers and publishers. */
    NCHAN {
        @Override
        Dialect dialect(LoadSpec spec) {
            return new NchanDialect();
        }

        @Override
        Publisher publisher(LoadSpec spec, AgentServer agent) {
            return new NchanPublisher(spec.server());
        }
    },
    /** socket.io rooms over WebSockets. */
    SOCKET_IO {
        @Override
        Dialect dialect(LoadSpec spec) {
            return new SocketIoDialect();
        }

        @Override
        Publisher publisher(LoadSpec spec, AgentServer agent) {
            return new SocketIoPublisher(spec.server());
        }
    },
    /** Streamed answers of an agent that the generator plays; each subscriber asks for one of its own. */
    ANSWER {
        @Override
        Dialect dialect(LoadSpec spec) {
            return new AnswerDialect(spec.userTokens(), spec.headers());
        }

        @Override
        Publisher publisher(LoadSpec spec, AgentServer agent) throws IOException {
            return agent.answers(spec.agentPort());
        }
    };

    private static final String STREAM_TOPIC = "battle-cli-stream-bench-";
    private static final String BROADCAST_TOPIC = "bench-";

    abstract Dialect dialect(LoadSpec spec);

    /**
     * One whose connections are not yet open.
     *
     * @param agent says what is published where it is answers
     */
    abstract Publisher publisher(LoadSpec spec, AgentServer agent) throws IOException;
}
