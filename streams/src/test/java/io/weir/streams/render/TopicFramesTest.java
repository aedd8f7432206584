package io.weir.streams.render;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.streams.run.Golden;
import io.weir.streams.run.Samples;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is said on a topic, as a response body. */
class TopicFramesTest {
    @ParameterizedTest
    @EnumSource(Framing.class)
    void writesTheGoldenBody(Framing framing) {
        String body = Samples.utf8(TopicFrames.connected(framing, "@1764294000000"))
                + said(framing, "token", "{\"text\":\"a\\nb\"}", Samples.STREAM + ":7")
                + said(framing, "two\r\nlines \u00e9", "{\r\n  \"a\":\n1}\n", null)
                + Samples.utf8(TopicFrames.heartbeat(framing));
        Golden.check("topic-body." + framing.name().toLowerCase(Locale.ROOT), body);
    }

    @ParameterizedTest
    @EnumSource(Framing.class)
    void keepsThePayloadAsItIsButForLineBreaks(Framing framing) throws Exception {
        var mapper = new ObjectMapper();
        String payload = "{\"a\" :\n [ 1,\r\n \"\\n\" ] }";
        String event = said(framing, "x", payload, null);
        String json = framing == Framing.SSE
                ? event.substring(event.indexOf("data: ") + 6)
                : mapper.readTree(event).get("payload").toString();
        assertThat(mapper.readTree(json)).isEqualTo(mapper.readTree(payload));
    }

    private static String said(Framing framing, String event, String payload, @Nullable String cursor) {
        return Samples.utf8(TopicFrames.event(framing, event, payload.getBytes(StandardCharsets.UTF_8), cursor));
    }
}
