package io.weir.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.config.AgentDialect;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class AgentRequestTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void sendsOnlyWhatAStrictAgentTakes() throws IOException {
        // Given
        String asked = "{\"model\":\"gpt-5\",\"input\":[{\"role\":\"user\",\"content\":\"hi\"}],\"stream\":false,"
                + "\"stream_options\":{\"include_obfuscation\":false},\"parallel_tool_calls\":true,\"include\":[],"
                + "\"service_tier\":\"auto\",\"user\":\"someone else\",\"previous_response_id\":\"resp_1\","
                + "\"prompt_cache_key\":\"k\",\"metadata\":{\"n\":1,\"s\":\"x\",\"o\":{}},"
                + "\"reasoning\":{\"effort\":\"minimal\"},\"text\":{\"verbosity\":\"low\"},\"temperature\":0.5}";
        // When
        JsonNode sent = request(AgentDialect.RESPONSES, asked, "openclaw", 77);
        // Then
        assertThat(sent)
                .isEqualTo(JSON.readTree(
                        "{\"model\":\"openclaw\",\"input\":[{\"role\":\"user\",\"content\":\"hi\",\"type\":\"message\"}],"
                                + "\"temperature\":0.5,\"metadata\":{\"n\":\"1\",\"s\":\"x\"},\"reasoning\":{\"effort\":\"low\"},"
                                + "\"max_output_tokens\":77,\"stream\":true}"));
    }

    @Test
    void leavesTheLimitOutWhereThereIsNone() throws IOException {
        JsonNode sent = request(AgentDialect.RESPONSES, "{\"input\":\"hi\"}", "m", Long.MAX_VALUE);
        assertThat(sent.has("max_output_tokens")).isFalse();
    }

    @Test
    void putsItIntoTheWordsOfChatCompletions() throws IOException {
        // Given
        String asked = "{\"instructions\":\"be brief\",\"input\":[{\"role\":\"developer\",\"content\":\"d\"},"
                + "{\"type\":\"message\",\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"look\"},"
                + "{\"type\":\"input_image\",\"image_url\":\"https://x/y.png\"}]},"
                + "{\"type\":\"function_call\",\"call_id\":\"c1\",\"name\":\"f\",\"arguments\":\"{}\"},"
                + "{\"type\":\"function_call_output\",\"call_id\":\"c1\",\"output\":\"42\"}],"
                + "\"tools\":[{\"type\":\"function\",\"name\":\"f\",\"parameters\":{}},{\"type\":\"web_search\"}]}";
        // When
        JsonNode sent = request(AgentDialect.CHAT_COMPLETIONS, asked, "gpt-x", 9);
        // Then
        assertThat(sent)
                .isEqualTo(JSON.readTree(
                        "{\"model\":\"gpt-x\",\"messages\":[{\"role\":\"system\",\"content\":\"be brief\"},"
                                + "{\"role\":\"system\",\"content\":\"d\"},"
                                + "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"look\"},"
                                + "{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://x/y.png\"}}]},"
                                + "{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\","
                                + "\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},"
                                + "{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"42\"}],"
                                + "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{}}}],"
                                + "\"max_tokens\":9,\"stream\":true,\"stream_options\":{\"include_usage\":true}}"));
    }

    @Test
    void putsItIntoTheWordsOfAnthropic() throws IOException {
        // Given
        String asked = "{\"instructions\":\"be brief\",\"input\":[{\"role\":\"developer\",\"content\":\"d\"},"
                + "{\"type\":\"message\",\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"look\"},"
                + "{\"type\":\"input_image\",\"image_url\":\"data:image/png;base64,AAAA\"}]},"
                + "{\"type\":\"function_call\",\"call_id\":\"c1\",\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"},"
                + "{\"type\":\"function_call_output\",\"call_id\":\"c1\",\"output\":\"42\"}],"
                + "\"tools\":[{\"type\":\"function\",\"name\":\"f\",\"description\":\"x\"}],\"tool_choice\":\"required\"}";
        // When
        JsonNode sent = request(AgentDialect.ANTHROPIC, asked, "claude-x", Long.MAX_VALUE);
        // Then
        assertThat(sent)
                .isEqualTo(JSON.readTree(
                        "{\"model\":\"claude-x\",\"max_tokens\":4096,\"system\":\"be brief\\n\\nd\",\"messages\":["
                                + "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"look\"},"
                                + "{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/png\",\"data\":\"AAAA\"}}]},"
                                + "{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"c1\",\"name\":\"f\",\"input\":{\"a\":1}}]},"
                                + "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"c1\",\"content\":\"42\"}]}],"
                                + "\"tools\":[{\"name\":\"f\",\"description\":\"x\",\"input_schema\":{\"type\":\"object\",\"properties\":{}}}],"
                                + "\"tool_choice\":{\"type\":\"any\"},\"stream\":true}"));
    }

    @Test
    void asksPlainAgentsInTheirOwnWords() throws IOException {
        // When
        JsonNode sent = request(AgentDialect.TOKEN, "{\"input\":\"hi\"}", "", 9);
        // Then
        assertThat(sent)
                .isEqualTo(JSON.readTree("{\"sessionId\":\"key\",\"message\":\"hi\",\"prompt\":\"hi\","
                        + "\"maxOutputTokens\":9,\"stream\":true}"));
    }

    @Test
    void findsTheLastQuestionAndThePrompt() {
        String asked = "{\"instructions\":\"sys\",\"input\":[{\"role\":\"user\",\"content\":\"one\"},"
                + "{\"role\":\"assistant\",\"content\":\"a\"},"
                + "{\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"two\"}]}]}";
        Question question =
                Question.read(JSON, asked.getBytes(StandardCharsets.UTF_8)).orElseThrow();
        assertThat(question.lastUserText()).contains("two");
        assertThat(question.promptText()).contains("sys").contains("one").contains("two");
    }

    private static JsonNode request(AgentDialect dialect, String asked, String model, long limit) throws IOException {
        Question question =
                Question.read(JSON, asked.getBytes(StandardCharsets.UTF_8)).orElseThrow();
        return JSON.readTree(new AgentRequest(JSON)
                .body(dialect, question, model, "key", limit)
                .getBytes());
    }
}
