#define _GNU_SOURCE
#include "page_attributes.h"

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
    struct span media_box; // the page's own or the nearest inherited one
};

// Walks the page tree in reading order; returns whether the page was found.
static bool find_page(struct search *search, struct span node, struct span media_box, int depth) {
    if (depth > DEEPEST_TREE || search->nodes_left-- <= 0 || node.start == NULL) {
        return false;
    }
    struct span own_box = pdf_objects_resolve(search->objects, pdf_find(node, "MediaBox"));
    media_box = own_box.start < own_box.end ? own_box : media_box;
    struct span children = pdf_objects_resolve(search->objects, pdf_find(node, "Kids"));
    if (children.start == NULL || children.start >= children.end || *children.start != '[') {
        search->page = node;
        search->media_box = media_box;
        return search->leaves_before-- == 0;
    }
    const char *at = pdf_skip_space(children.start + 1, children.end);
    while (at < children.end && *at != ']') {
        const char *behind = pdf_skip_value(at, children.end);
        struct span child = pdf_objects_resolve(search->objects, (struct span){at, behind});
        if (find_page(search, child, media_box, depth + 1)) {
            return true;
        }
        at = pdf_skip_space(behind, children.end);
    }
    return false;
}

static double unit_of(const struct search *search) {
    double unit;
    struct span value = pdf_objects_resolve(search->objects, pdf_find(search->page, "UserUnit"));
    bool is_usable = value.start != NULL && pdf_read_number(value, &unit) && unit > 0 && unit <= largest_unit;
    return is_usable ? unit : 1;
}

// Reads an array of four numbers.
static bool read_box(const struct pdf_objects *objects, struct span box, double edges[4]) {
    if (box.start >= box.end || *box.start != '[') {
        return false;
    }
    const char *at = pdf_skip_space(box.start + 1, box.end);
    for (size_t i = 0; i < 4; i++) {
        const char *behind = pdf_skip_value(at, box.end);
        struct span edge = pdf_objects_resolve(objects, (struct span){at, behind});
        if (edge.start == NULL || !pdf_read_number(edge, &edges[i])) {
            return false;
        }
        at = pdf_skip_space(behind, box.end);
    }
    return true;
}

static struct page_attributes attributes_in(struct span file, int number) {
    struct page_attributes attributes = {.user_unit = 1};
    struct pdf_objects objects = pdf_objects_scan(file);
    struct span catalog = pdf_objects_resolve(&objects, objects.root);
    if (catalog.start == NULL) {
        return attributes;
    }
    struct span pages = pdf_objects_resolve(&objects, pdf_find(catalog, "Pages"));
    struct search search = {.objects = &objects, .leaves_before = number - 1, .nodes_left = MOST_NODES};
    if (find_page(&search, pages, (struct span){NULL, NULL}, 0)) {
        attributes.user_unit = unit_of(&search);
        double edges[4];
        attributes.lacks_media_box = !read_box(&objects, search.media_box, edges);
        attributes.has_empty_media_box =
            !attributes.lacks_media_box && (edges[0] == edges[2] || edges[1] == edges[3]);
    }
    return attributes;
}

static bool mentions(struct span file, const char *word) {
    return memmem(file.start, (size_t)(file.end - file.start), word, strlen(word)) != NULL;
}

struct page_attributes page_attributes_read(int file, int number, bool is_letter) {
    struct page_attributes attributes = {.user_unit = 1};
    struct stat status;
    if (fstat(file, &status) != 0 || status.st_size < 1 || status.st_size > largest_file) {
        return attributes;
    }
    size_t size = (size_t)status.st_size;
    const char *bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, file, 0);
    if (bytes == MAP_FAILED) {
        return attributes;
    }
    struct span all = {bytes, bytes + size};
    // Most files need no more than these two looks.
    if (is_letter || mentions(all, "/UserUnit") || mentions(all, "/ObjStm")) {
        attributes = attributes_in(all, number);
    }
    munmap((void *)(uintptr_t)bytes, size);
    return attributes;
}
