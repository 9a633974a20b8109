package io.leek.sample;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How far a photo is.
 *
 * @param state the state of its task: queued, success or failed
 * @param error of a failed one, why
 * @param thumbnails those that are made
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record PhotoStatus(UUID id, String state, @Nullable String error, List<Thumbnail> thumbnails) {

    /** @param size the longer side in pixels, unless the photo itself is smaller */
    record Thumbnail(int size, String url) {}
}
