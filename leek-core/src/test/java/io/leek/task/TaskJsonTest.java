package io.leek.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class TaskJsonTest {

    @Test
    void manyTextsAreThoseOfTheirValues() {
        List<JsonNode> values = List.of(
                TaskJson.MAPPER.readTree("{\"args\":[1.10,1E400,9007199254740993,null,\"\\u0000 ü \\\"\"]}"),
                TaskJson.MAPPER.readTree("{}"),
                TaskJson.MAPPER.readTree("[true,{\"a\":{\"b\":[]}}]"),
                TaskJson.MAPPER.readTree("\"text\""),
                TaskJson.MAPPER.readTree("17"));

        assertThat(TaskJson.texts(values))
                .isEqualTo(values.stream().map(JsonNode::toString).toList());
        assertThat(TaskJson.texts(List.of())).isEmpty();
    }
}
