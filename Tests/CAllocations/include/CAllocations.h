// Counts the memory allocations of the test program, so that a test can prove that something makes none.
#pragma once

// Calls of malloc and its relatives so far, on all threads.
long einthoven_allocation_count(void);
