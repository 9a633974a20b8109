package io.leek.task;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SequenceWriter;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/** The JSON of task records and of the protocol: snake case, nulls left out, numbers kept as they came. */
public final class TaskJson {

    public static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .changeDefaultPropertyInclusion(all -> all.withValueInclusion(JsonInclude.Include.NON_NULL))
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private static final ObjectWriter WRITER = MAPPER.writer().withRootValueSeparator("");

    private TaskJson() {}

    /** The text of each value as its {@code toString} has it, which for many takes longer one by one. */
    public static List<String> texts(List<? extends JsonNode> values) {
        List<String> texts = new ArrayList<>(values.size());
        StringWriter text = new StringWriter();
        try (SequenceWriter writer = WRITER.writeValues(text)) {
            for (JsonNode value : values) {
                writer.write(value).flush();
                texts.add(text.toString());
                text.getBuffer().setLength(0);
            }
        }
        return texts;
    }
}
