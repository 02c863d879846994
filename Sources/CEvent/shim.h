#ifndef PORTCULLIS_EVENT_SHIM_H
#define PORTCULLIS_EVENT_SHIM_H

#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>

#endif
