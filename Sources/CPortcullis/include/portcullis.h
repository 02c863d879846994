#ifndef PORTCULLIS_H
#define PORTCULLIS_H

#endif
