package io.leek.bare;

import org.springframework.data.jpa.repository.JpaRepository;

interface FirstRows extends JpaRepository<FirstRow, Long> {}
