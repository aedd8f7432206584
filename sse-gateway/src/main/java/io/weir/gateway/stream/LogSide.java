package io.weir.gateway.stream;

import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.StreamHeader;
import io.weir.contracts.ticket.TicketClaims;
import io.weir.gateway.publish.LoggedStream;
import io.weir.gateway.upstream.Question;
import io.weir.streams.append.AppendFrame;
import io.weir.streams.life.Producer;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** One open stream towards the relay: what its log is opened with, and the relay's answers, brought to the stream's own loop. */
final class LogSide implements LoggedStream {
    // At most three bytes of UTF-8 a char, six where JSON escapes it: well below a frame's 8 MiB.
    private static final int MAX_QUESTION_CHARS = 1_000_000;

    private static final Logger LOG = Logger.getLogger(LogSide.class);

    private final LiveStream live;
    private final Producer producer;
    private final Audience audience;
    private final TicketClaims ticket;
    private final Question question;
    private final long epoch;

    LogSide(LiveStream live, Producer producer, Audience audience, TicketClaims ticket, Question question, long epoch) {
        this.live = live;
        this.producer = producer;
        this.audience = audience;
        this.ticket = ticket;
        this.question = question;
        this.epoch = epoch;
    }

    @Override
    public StreamId stream() {
        return ticket.stream();
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public StreamHeader header() {
        return new StreamHeader(
                ticket.tenant(),
                ticket.account(),
                ticket.session(),
                ticket.topic(),
                ticket.vocabulary(),
                ticket.dialect(),
                ticket.agent(),
                question.lastUserText().map(LogSide::bounded).orElse(null));
    }

    /** The log's frames are bounded; of a longer question viewers and history get the beginning. */
    private static String bounded(String text) {
        if (text.length() <= MAX_QUESTION_CHARS) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(MAX_QUESTION_CHARS - 1))
                ? MAX_QUESTION_CHARS - 1
                : MAX_QUESTION_CHARS;
        return text.substring(0, end);
    }

    @Override
    public void opened(long head) {
        live.run(() -> producer.onRelayConnected(head, System.nanoTime()));
    }

    @Override
    public void acknowledged(long last) {
        live.run(() -> producer.onAppendAck(last, System.nanoTime()));
    }

    @Override
    public void nacked(long head) {
        live.run(() -> producer.onAppendNack(head, System.nanoTime()));
    }

    @Override
    public void refused() {
        live.run(() -> producer.onAppendRefused(System.nanoTime()));
    }

    @Override
    public void cancelled(String by) {
        LOG.infof("stream stopped stream=%s reason=cancelled", stream());
        live.stop(EndReason.CANCELLED);
    }

    @Override
    public void input(AppendFrame.Input input, Consumer<String> answered) {
        live.run(() -> live.input(input, answered::accept));
    }

    @Override
    public void reached(String account, long delivered, long read) {
        live.reached(new Reached(account, delivered, read));
    }

    @Override
    public void watchers(int count) {
        live.run(() -> audience.subscribers(count));
    }

    @Override
    public void lost() {
        live.run(audience::relayLost);
    }
}
