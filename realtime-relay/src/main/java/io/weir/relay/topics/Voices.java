package io.weir.relay.topics;

import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.StreamHeader;
import io.weir.relay.access.TopicKey;
import io.weir.relay.access.TopicTable;
import io.weir.streams.render.TopicRenderer;
import io.weir.streams.render.Vocabulary;
import jakarta.inject.Singleton;

/** Which topic a stream is told on, and in which words. Any thread. */
@Singleton
public class Voices {
    private final TopicTable table;

    Voices(TopicTable table) {
        this.table = table;
    }

    /** The topic of a stream. */
    public TopicKey topic(StreamHeader header) {
        return table.keyOf(header.tenant(), header.account(), header.topic());
    }

    /**
     * The words for a stream.
     *
     * @param question id of the question's message
     */
    public Voice voice(StreamId stream, StreamHeader header, String question) {
        Vocabulary vocabulary = Vocabulary.ofWire(table.vocabularyOf(header.topic(), header.vocabulary()))
                .orElse(Vocabulary.SESSION);
        return new Voice(
                stream, TopicRenderer.of(vocabulary, stream, header.agent().value(), question));
    }
}
