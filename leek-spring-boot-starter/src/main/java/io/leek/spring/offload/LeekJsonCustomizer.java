package io.leek.spring.offload;

import tools.jackson.databind.json.JsonMapper;

/** A bean that changes how Leek writes and binds arguments and results. It never touches the application's own mapper. */
@FunctionalInterface
public interface LeekJsonCustomizer {

    /** Called once, after the application's modules were added. */
    void customize(JsonMapper.Builder builder);
}
