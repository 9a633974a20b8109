/** The task record, its states and their allowed moves, and the retry decision. */
@NullMarked
package io.leek.task;

import org.jspecify.annotations.NullMarked;
