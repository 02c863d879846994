#include "portcullis_nginx.h"
