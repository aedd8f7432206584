package io.weir.streams.render;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.contracts.event.EventTypes;
import io.weir.contracts.stream.EndReason;
import io.weir.streams.run.Golden;
import io.weir.streams.run.Samples;
import java.util.ArrayList;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TopicRendererTest {
    @ParameterizedTest
    @EnumSource(Vocabulary.class)
    void saysTheGoldenAnswerAndEveryEnd(Vocabulary vocabulary) throws Exception {
        var renderer = TopicRenderer.of(vocabulary, Samples.STREAM, "demo", "question-1");
        var said = new ArrayList<String>();
        var mapper = new ObjectMapper();
        TopicRenderer.Sink sink = (event, payload) -> said.add(event + " " + Samples.utf8(payload));

        renderer.message("m1", "user", "Say \"hi\"\n", sink);
        Samples.answer(EndReason.COMPLETED).forEach(run -> renderer.render(run, sink));
        renderer.snapshot(Samples.deltas(1, EventTypes.TEXT_DELTA, Samples.PLACE, 0, "a", "b"), sink);
        for (EndReason reason : EndReason.values()) {
            renderer.render(Samples.terminal(15, reason), sink);
        }

        for (String line : said) {
            assertThat(mapper.readTree(line.substring(line.indexOf(' '))).isObject())
                    .isTrue();
        }
        Golden.check("topic-" + vocabulary.wire() + ".txt", String.join("\n", said) + "\n");
    }
}
