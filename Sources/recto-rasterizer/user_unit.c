#define _GNU_SOURCE
#include "user_unit.h"

#include "pdf_objects.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

enum { DEEPEST_TREE = 64, MOST_NODES = 1000000 };
static const off_t largest_file = (off_t)256 << 20;
static const double largest_unit = 75000; // the limit that readers share

struct search {
    const struct pdf_objects *objects;
    long leaves_before; // pages still to pass
    long nodes_left;    // a tree with cycles ends here
    struct span page;
};

// Walks the page tree in reading order; returns whether the page was found.
static bool find_page(struct search *search, struct span node, int depth) {
    if (depth > DEEPEST_TREE || search->nodes_left-- <= 0 || node.start == NULL) {
        return false;
    }
    struct span children = pdf_objects_resolve(search->objects, pdf_find(node, "Kids"));
    if (children.start == NULL || children.start >= children.end || *children.start != '[') {
        search->page = node;
        return search->leaves_before-- == 0;
    }
    const char *at = pdf_skip_space(children.start + 1, children.end);
    while (at < children.end && *at != ']') {
        const char *behind = pdf_skip_value(at, children.end);
        if (find_page(search, pdf_objects_resolve(search->objects, (struct span){at, behind}), depth + 1)) {
            return true;
        }
        at = pdf_skip_space(behind, children.end);
    }
    return false;
}

static double unit_in(struct span file, int number) {
    struct pdf_objects objects = pdf_objects_scan(file);
    struct span catalog = pdf_objects_resolve(&objects, objects.root);
    if (catalog.start == NULL) {
        return 1;
    }
    struct span pages = pdf_objects_resolve(&objects, pdf_find(catalog, "Pages"));
    struct search search = {.objects = &objects, .leaves_before = number - 1, .nodes_left = MOST_NODES};
    if (!find_page(&search, pages, 0)) {
        return 1;
    }
    double unit;
    struct span value = pdf_objects_resolve(&objects, pdf_find(search.page, "UserUnit"));
    bool is_usable = value.start != NULL && pdf_read_number(value, &unit) && unit > 0 && unit <= largest_unit;
    return is_usable ? unit : 1;
}

static bool mentions(struct span file, const char *word) {
    return memmem(file.start, (size_t)(file.end - file.start), word, strlen(word)) != NULL;
}

double user_unit_of_page(int file, int number) {
    struct stat status;
    if (fstat(file, &status) != 0 || status.st_size < 1 || status.st_size > largest_file) {
        return 1;
    }
    size_t size = (size_t)status.st_size;
    const char *bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, file, 0);
    if (bytes == MAP_FAILED) {
        return 1;
    }
    struct span all = {bytes, bytes + size};
    // Most files need no more than these two looks.
    bool may_have_unit = mentions(all, "/UserUnit") || mentions(all, "/ObjStm");
    double unit = may_have_unit ? unit_in(all, number) : 1;
    munmap((void *)(uintptr_t)bytes, size);
    return unit;
}
