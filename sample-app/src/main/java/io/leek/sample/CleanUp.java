package io.leek.sample;

import io.leek.LeekTask;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.stereotype.Service;

/** Removes pictures that have no photo: an upload was cut off between its file and its row. */
@Service
class CleanUp {

    /** An upload that is under way has its file first. */
    private static final Duration UNDER_WAY = Duration.ofHours(1);

    private final PhotoRepository photos;
    private final Pictures pictures;
    private final Clock clock;

    CleanUp(PhotoRepository photos, Pictures pictures, Clock clock) {
        this.photos = photos;
        this.pictures = pictures;
        this.clock = clock;
    }

    /** Gives how many photos had pictures only. */
    @LeekTask(cron = "${sample.clean-up}")
    public int removeOrphans() throws IOException {
        List<UUID> candidates = pictures.untouchedSince(clock.instant().minus(UNDER_WAY));
        Set<UUID> known =
                photos.findAllById(candidates).stream().map(Photo::getId).collect(Collectors.toSet());
        Set<UUID> orphans = new HashSet<>(candidates);
        orphans.removeAll(known);
        orphans.forEach(pictures::remove);
        return orphans.size();
    }
}
