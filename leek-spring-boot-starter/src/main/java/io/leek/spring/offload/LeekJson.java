package io.leek.spring.offload;

import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.util.TokenBuffer;

/**
 * The JSON of arguments and results. It is a mapper of Leek's own, and a type of its own, so that the application's
 * {@code JsonMapper} bean and {@code spring.jackson.*} neither change it nor are changed by it.
 */
public final class LeekJson {

    private final JsonMapper mapper;

    public LeekJson(Iterable<? extends JacksonModule> modules, Iterable<? extends LeekJsonCustomizer> customizers) {
        JsonMapper.Builder builder = JsonMapper.builder();
        modules.forEach(builder::addModule);
        customizers.forEach(customizer -> customizer.customize(builder));
        this.mapper = builder.build();
    }

    JsonMapper mapper() {
        return mapper;
    }

    JavaType type(Type type) {
        return mapper.constructType(type);
    }

    /** A value as JSON, written as its declared type so that type ids are not lost. */
    JsonNode tree(@Nullable Object value, JavaType type) {
        try (TokenBuffer buffer = TokenBuffer.forGeneration()) {
            mapper.writerFor(type).writeValue(buffer, value);
            return mapper.readTree(buffer.asParser());
        }
    }

    String text(@Nullable Object value, JavaType type) {
        return mapper.writerFor(type).writeValueAsString(value);
    }

    @Nullable
    Object bind(JsonNode node, JavaType type) {
        return mapper.treeToValue(node, type);
    }

    @Nullable
    Object parse(String text, JavaType type) {
        return mapper.readValue(text, type);
    }
}
