package io.leek.sample;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.leek.task.TaskProgress;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How far a photo is.
 *
 * @param state the state of its task: queued, success or failed
 * @param error of a failed one, why
 * @param progress of one that is queued, how far its task has got
 * @param thumbnails those that are made
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record PhotoStatus(
        UUID id,
        String state,
        @Nullable String error,
        @Nullable Progress progress,
        List<Thumbnail> thumbnails) {

    /** So many of the sizes are made. */
    record Progress(long done, long of) {}

    /** @param size the longer side in pixels, unless the photo itself is smaller */
    record Thumbnail(int size, String url) {}

    PhotoStatus withProgress(TaskProgress task) {
        return new PhotoStatus(id, state, error, new Progress(task.done(), task.of()), thumbnails);
    }
}
