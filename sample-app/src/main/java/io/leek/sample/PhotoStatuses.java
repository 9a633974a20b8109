package io.leek.sample;

import io.leek.Leek;
import io.leek.task.Task;
import io.leek.task.TaskFailure;
import io.leek.task.TaskState;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Tells how far a photo is: what its task says, or what lies in the folder once the task's row was purged. */
@Component
class PhotoStatuses {

    /** How long a task may be on its way: it is sent after the photo's row was committed. */
    private static final Duration SENDING = Duration.ofMinutes(1);

    private final Leek leek;
    private final Pictures pictures;
    private final Clock clock;

    PhotoStatuses(Leek leek, Pictures pictures, Clock clock) {
        this.leek = leek;
        this.pictures = pictures;
        this.clock = clock;
    }

    PhotoStatus of(Photo photo) {
        Optional<Task> task = photo.taskId().flatMap(leek::find);
        // The files are looked at after the task, so that a success never lacks them.
        List<Integer> sizes = pictures.thumbnails(photo.getId());
        return task.map(t -> of(photo, t, sizes)).orElseGet(() -> withoutTask(photo, sizes));
    }

    private static PhotoStatus of(Photo photo, Task task, List<Integer> sizes) {
        PhotoStatus status = status(photo, task.state(), task.failure().map(PhotoStatuses::reason), sizes);
        return task.state() == TaskState.QUEUED
                ? task.progress().map(status::withProgress).orElse(status)
                : status;
    }

    /** The same without asking for the task of a photo that has all its thumbnails; for a page full of them. */
    PhotoStatus atAGlance(Photo photo) {
        List<Integer> sizes = pictures.thumbnails(photo.getId());
        return complete(sizes) ? status(photo, TaskState.SUCCESS, Optional.empty(), sizes) : of(photo);
    }

    private PhotoStatus withoutTask(Photo photo, List<Integer> sizes) {
        if (complete(sizes)) {
            return status(photo, TaskState.SUCCESS, Optional.empty(), sizes);
        }
        if (photo.uploadedAt().plus(SENDING).isAfter(clock.instant())) {
            return status(photo, TaskState.QUEUED, Optional.empty(), sizes);
        }
        return status(
                photo,
                TaskState.FAILED,
                Optional.of("The thumbnails were not made and their task is gone. Upload '%s' again."
                        .formatted(photo.name())),
                sizes);
    }

    private static PhotoStatus status(Photo photo, TaskState state, Optional<String> reason, List<Integer> sizes) {
        @Nullable String error = state == TaskState.FAILED ? reason.orElse("The task failed without a reason.") : null;
        List<PhotoStatus.Thumbnail> thumbnails = sizes.stream()
                .map(size -> new PhotoStatus.Thumbnail(size, "/photos/" + photo.getId() + "/thumbnails/" + size))
                .toList();
        return new PhotoStatus(photo.getId(), state.text(), error, null, thumbnails);
    }

    private static String reason(TaskFailure failure) {
        return failure.message().isBlank() ? failure.summary() : failure.message();
    }

    private static boolean complete(List<Integer> sizes) {
        return sizes.size() == Pictures.SIZES.size();
    }
}
