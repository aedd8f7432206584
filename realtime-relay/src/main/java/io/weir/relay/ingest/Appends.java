package io.weir.relay.ingest;

import io.weir.contracts.stream.StreamHeader;
import io.weir.relay.access.TopicKey;
import io.weir.relay.conversation.Message;
import io.weir.relay.conversation.MessageWriter;
import io.weir.relay.conversation.Role;
import io.weir.relay.log.InputAnswer;
import io.weir.relay.log.LiveStream;
import io.weir.relay.log.StreamLogs;
import io.weir.relay.loop.Loop;
import io.weir.relay.nodes.Admission;
import io.weir.relay.nodes.Nodes;
import io.weir.relay.topics.Broadcast;
import io.weir.relay.topics.Hub;
import io.weir.relay.topics.Opening;
import io.weir.relay.topics.Voice;
import io.weir.relay.topics.Voices;
import io.weir.streams.append.AppendFrame;
import io.weir.streams.append.AppendFrame.Why;
import io.weir.streams.life.StreamLog;
import io.weir.streams.life.StreamLog.Appended;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * What gateways send: opens logs, appends to them, answers. A terminal is acknowledged once {@code messages} has the
 * answer, because the gateway then forgets the stream.
 */
@Singleton
class Appends {
    private static final Logger LOG = Logger.getLogger(Appends.class);

    private final StreamLogs logs;
    private final Hub hub;
    private final Voices voices;
    private final MessageWriter writer;
    private final Endings endings;
    private final Answers answers;
    private final Nodes nodes;
    private final AccountNews accounts;

    Appends(
            StreamLogs logs,
            Hub hub,
            Voices voices,
            MessageWriter writer,
            Endings endings,
            Answers answers,
            Nodes nodes,
            AccountNews accounts) {
        this.logs = logs;
        this.hub = hub;
        this.voices = voices;
        this.writer = writer;
        this.endings = endings;
        this.answers = answers;
        this.nodes = nodes;
        this.accounts = accounts;
    }

    /** Handles a frame; on the connection's loop. */
    void received(GatewayLink link, AppendFrame frame) {
        switch (frame) {
            case AppendFrame.Open open -> open(link, open);
            case AppendFrame.Append append -> append(link, append);
            case AppendFrame.Close close ->
                logs.find(close.stream()).ifPresent(stream -> stream.loop().run(() -> stream.release(link)));
            case AppendFrame.InputTaken taken -> link.answered(taken.stream(), taken.input(), new InputAnswer.Taken());
            case AppendFrame.InputRefused refused ->
                link.answered(refused.stream(), refused.input(), new InputAnswer.Refused(refused.why()));
            case AppendFrame.Usage usage ->
                logs.find(usage.stream()).ifPresent(stream -> stream.loop().run(() -> usage(link, stream, usage)));
            case AppendFrame.Opened _,
                    AppendFrame.Refused _,
                    AppendFrame.Ack _,
                    AppendFrame.Nack _,
                    AppendFrame.Cancel _,
                    AppendFrame.Input _,
                    AppendFrame.Receipt _,
                    AppendFrame.Watchers _ -> LOG.warnf("frame of the wrong direction stream=%s", frame.stream());
        }
    }

    /** A log that is not here, of a stream that is not new, may have ended and gone: then nobody may begin it again. */
    private void open(GatewayLink link, AppendFrame.Open open) {
        if (logs.find(open.stream()).isPresent() || endings.isNew(open.stream())) {
            admit(link, open);
            return;
        }
        endings.hasEnded(open.stream()).subscribe().with(ended -> {
            if (ended) {
                link.send(new AppendFrame.Refused(open.stream(), Why.ENDED));
            } else {
                admit(link, open);
            }
        });
    }

    private void admit(GatewayLink link, AppendFrame.Open open) {
        nodes.admit(open.stream(), open.epoch(), open.header(), admission -> {
            switch (admission) {
                case Admission.Admitted admitted -> obtain(link, open, admitted);
                case Admission.Refused(boolean ended) ->
                    link.send(new AppendFrame.Refused(open.stream(), ended ? Why.ENDED : Why.STALE_EPOCH));
                case Admission.Full _ -> link.send(new AppendFrame.Refused(open.stream(), Why.RELAY_FULL));
            }
        });
    }

    /** On the topic's loop, where copies of logs are dropped: what is found there stays until it has its producer. */
    private void obtain(GatewayLink link, AppendFrame.Open open, Admission.Admitted admitted) {
        TopicKey key = voices.topic(open.header());
        Loop loop = hub.loopOf(key);
        loop.run(() -> logs.obtain(open.stream(), open.header(), loop)
                .ifPresentOrElse(
                        stream -> open(link, open, key, stream, admitted),
                        () -> link.send(new AppendFrame.Refused(open.stream(), Why.RELAY_FULL))));
    }

    private void open(
            GatewayLink link, AppendFrame.Open open, TopicKey key, LiveStream stream, Admission.Admitted admitted) {
        switch (stream.open(open.epoch(), link)) {
            case StreamLog.Opening.Opened(long head) -> {
                link.send(
                        new AppendFrame.Opened(stream.id(), stream.isEnded() && !stream.isStored() ? head - 1 : head));
                nodes.writing(stream, key, open.epoch(), admitted);
                if (stream.announce()) {
                    announce(key, stream);
                }
                answers.await(key, stream);
                stream.tellWatchers();
            }
            case StreamLog.Opening.Refused _ -> link.send(new AppendFrame.Refused(stream.id(), why(stream)));
        }
    }

    private void announce(TopicKey key, LiveStream stream) {
        StreamHeader header = stream.header();
        LOG.infof("stream opened tenant=%s stream=%s agent=%s", header.tenant(), stream.id(), header.agent());
        var voice = answers.voice(stream);
        hub.open(key, stream, voice, new Opening(begun -> question(begun, voice), !endings.isBeginning(stream.id())));
        if (endings.isNew(stream.id())) {
            accounts.started(stream.id(), header);
        }
        writer.question(stream);
    }

    private static List<Broadcast> question(LiveStream stream, Voice voice) {
        String question = stream.header().question();
        return question == null
                ? List.of()
                : voice.message(Message.id(stream.id(), Role.USER).toString(), Role.USER.wire(), question);
    }

    /** A gateway that has lost the stream has nothing to say about it. */
    private void usage(GatewayLink link, LiveStream stream, AppendFrame.Usage usage) {
        if (stream.isProducedBy(link)) {
            accounts.usage(stream.header(), usage);
        }
    }

    private void append(GatewayLink link, AppendFrame.Append append) {
        Optional<LiveStream> found = logs.find(append.stream());
        if (found.isEmpty()) {
            link.send(new AppendFrame.Refused(append.stream(), Why.NOT_OPEN));
            return;
        }
        LiveStream stream = found.get();
        stream.loop().run(() -> {
            switch (stream.append(append.epoch(), append.run())) {
                case Appended.Ack(long last) -> acknowledge(link, stream, last);
                case Appended.Nack(long head) -> link.send(new AppendFrame.Nack(stream.id(), head));
                case Appended.Refused _ -> link.send(new AppendFrame.Refused(stream.id(), why(stream)));
            }
        });
    }

    private static void acknowledge(GatewayLink link, LiveStream stream, long last) {
        long safe = stream.isEnded() && !stream.isStored() ? last - 1 : last;
        if (safe > 0) {
            link.acknowledge(stream.id(), safe);
        }
    }

    private static Why why(LiveStream stream) {
        return stream.isEnded() ? Why.ENDED : Why.STALE_EPOCH;
    }
}
